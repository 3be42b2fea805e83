//! Prints the words of standard input and their stems as the search index has them, `word stem` a line, in the language
//! named as the argument. The browser tests hold `assets/stem.js` against it.

use std::io::{Read, Write};

use site::search::{Stemmer, tokens};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let language = std::env::args()
        .nth(1)
        .ok_or("usage: stems LANGUAGE < text")?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let stemmer = Stemmer::new(&language);
    let mut out = String::new();
    tokens(&text, |word| {
        out.push_str(word);
        out.push(' ');
        out.push_str(&stemmer.stem(word));
        out.push('\n');
    });
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(())
}
