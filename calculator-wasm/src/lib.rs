//! Browser face of the calculator: JSON in, JSON out. Converts shapes, decides nothing.
//!
//! Every answer is `{"ok": ...}` or `{"refusal": {"field", "reason", "values"}}`; decimals are strings both ways, so that no
//! number passes through a JavaScript float.

pub mod shapes;

use calculator::{Catalogue, Refusal, cost, lasting, number, offer};
use serde_json::{Value, json};
use shapes::Fault;
use wasm_bindgen::prelude::*;

/// The calculator with what is for sale.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Calculator {
    catalogue: Catalogue,
}

#[wasm_bindgen]
impl Calculator {
    /// Reads the catalogue: the JSON that the generator wrote.
    ///
    /// # Errors
    /// The reason, as a JavaScript `Error`.
    #[wasm_bindgen(constructor)]
    pub fn new(catalogue: &str) -> Result<Calculator, JsError> {
        let read = shapes::parse(catalogue).and_then(|v| shapes::catalogue(&v));
        Ok(Calculator {
            catalogue: read.map_err(error)?,
        })
    }

    /// What will it cost?
    ///
    /// # Errors
    /// If the question has not the shape of one; a question without an answer is no error.
    pub fn cost(&self, question: &str) -> Result<String, JsError> {
        answer(question, &|v| {
            let question = shapes::cost_question(v)?;
            Ok(cost::cost(&self.catalogue, &question).map(|c| shapes::cost_answer(&c)))
        })
    }

    /// How long will it last?
    ///
    /// # Errors
    /// As for `cost`.
    pub fn lasting(&self, question: &str) -> Result<String, JsError> {
        answer(question, &|v| {
            let question = shapes::lasting_question(v)?;
            Ok(lasting::lasting(&self.catalogue, &question).map(|l| shapes::lasting_answer(&l)))
        })
    }

    /// Is this offer right?
    ///
    /// # Errors
    /// As for `cost`.
    pub fn offer(&self, question: &str) -> Result<String, JsError> {
        answer(question, &|v| {
            let question = shapes::offer_question(v)?;
            Ok(offer::offer(&self.catalogue, &question).map(|o| shapes::offer_answer(&o)))
        })
    }
}

/// A decimal as people write it, `decimals` behind the sign at least; as it is where it is no decimal.
#[wasm_bindgen]
#[must_use]
pub fn format(decimal: &str, decimals: u32, comma: bool) -> String {
    number::format(decimal, decimals, comma)
}

/// A question in, `Ok` with the answer or the refusal in it, `Err` where it is no question.
type Work<'w> = dyn Fn(&Value) -> Result<Result<Value, Refusal>, Fault> + 'w;

fn answer(question: &str, work: &Work<'_>) -> Result<String, JsError> {
    let answer = shapes::parse(question)
        .and_then(|v| work(&v))
        .map_err(error)?;
    let answer = match answer {
        Ok(ok) => json!({ "ok": ok }),
        Err(refusal) => json!({ "refusal": shapes::refusal(&refusal) }),
    };
    Ok(answer.to_string())
}

fn error(fault: Fault) -> JsError {
    JsError::new(&fault)
}
