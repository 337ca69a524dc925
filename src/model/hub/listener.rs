//! Listener for downloads.

/// Listener for the progress of a download.
pub trait DownloadListener {
    /// Reports the start of a file: its size, if known, and the bytes already on disk.
    fn begin(&mut self, file: &str, size: Option<u64>, done: u64);
    /// Reports the number of bytes on disk.
    fn advance(&mut self, done: u64);
    /// Reports the end of a file, whether it succeeded or failed.
    fn end(&mut self);
    /// Reports a note for the user.
    fn note(&mut self, text: &str);
}

/// Listener that does nothing.
pub struct Silent;

impl DownloadListener for Silent {
    fn begin(&mut self, _file: &str, _size: Option<u64>, _done: u64) {}
    fn advance(&mut self, _done: u64) {}
    fn end(&mut self) {}
    fn note(&mut self, _text: &str) {}
}
