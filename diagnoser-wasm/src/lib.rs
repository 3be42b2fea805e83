//! Browser face of the Resep rule engine: converts shapes, decides nothing.
//!
//! The page writes UTF-8 straight into the module's memory, so a paste of any size passes through one small buffer and no
//! copy of it is kept here.

use diagnoser::{Engine, Stream, secrets, write_secrets};
use wasm_bindgen::prelude::*;

/// Greatest size of the buffer: what `TextEncoder` may make of 65,536 UTF-16 units.
const MOST: usize = 3 * 64 * 1024;

/// The engine with one paste being read.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Diagnoser {
    engine: &'static Engine,
    stream: Stream<'static>,
    buffer: Vec<u8>,
}

#[wasm_bindgen]
impl Diagnoser {
    /// Reads the rule pack.
    ///
    /// # Errors
    /// The reason, as a JavaScript `Error`, if these bytes are not a pack that this engine reads.
    #[wasm_bindgen(constructor)]
    pub fn new(pack: &[u8]) -> Result<Diagnoser, JsError> {
        let engine = Engine::from_pack(pack).map_err(|error| JsError::new(&error.to_string()))?;
        // A page has one engine for as long as it lives, and the stream must be able to point into it.
        let engine: &'static Engine = Box::leak(Box::new(engine));
        Ok(Diagnoser {
            engine,
            stream: engine.stream(),
            buffer: Vec::new(),
        })
    }

    /// Begins a paste; what was fed of another is forgotten.
    pub fn open(&mut self) {
        self.stream = self.engine.stream();
    }

    /// Where in the module's memory the page may write up to `size` bytes, at most 192 KiB. The address holds until the next
    /// call of `buffer`.
    pub fn buffer(&mut self, size: usize) -> *const u8 {
        let size = size.min(MOST);
        if self.buffer.len() < size {
            self.buffer.resize(size, 0);
        }
        self.buffer.as_ptr()
    }

    /// Reads the first `length` bytes of the buffer.
    pub fn feed(&mut self, length: usize) {
        let length = length.min(self.buffer.len());
        self.stream.feed(&self.buffer[..length]);
    }

    /// What must be masked in the first `length` bytes of the buffer before it is shown or copied: JSON, a list of
    /// `{"start","end","kind"}` in bytes.
    pub fn secrets(&self, length: usize) -> String {
        let length = length.min(self.buffer.len());
        let mut json = String::new();
        write_secrets(&secrets(&self.buffer[..length]), &mut json);
        json
    }

    /// Ends the paste. Returns the report as JSON, rules and providers as numbers.
    pub fn finish(&mut self) -> String {
        let stream = std::mem::replace(&mut self.stream, self.engine.stream());
        let mut json = String::new();
        stream.finish().write_json(&mut json);
        json
    }
}
