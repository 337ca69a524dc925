//! Bytes as an element that the browser keeps and does not run.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, write::GzEncoder};
use maud::{Markup, html};

/// Renders bytes as the base64 of a gzip file. The header has no time, so equal bytes stay equal.
pub fn block(id: &str, bytes: &[u8]) -> Markup {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default();
    html! { script type="application/octet-stream" id=(id) { (STANDARD.encode(packed)) } }
}
