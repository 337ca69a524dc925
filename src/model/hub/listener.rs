//! Who hears a download.

/// Hears how a download goes.
pub trait DownloadListener {
    /// A file of so many bytes, if known, of which some are here.
    fn begin(&mut self, file: &str, size: Option<u64>, done: u64);
    /// So many of its bytes are here.
    fn advance(&mut self, done: u64);
    /// It is here, or will not come.
    fn end(&mut self);
    /// Something the person should know.
    fn note(&mut self, text: &str);
}

/// Hears nothing.
pub struct Silent;

impl DownloadListener for Silent {
    fn begin(&mut self, _file: &str, _size: Option<u64>, _done: u64) {}
    fn advance(&mut self, _done: u64) {}
    fn end(&mut self) {}
    fn note(&mut self, _text: &str) {}
}
