//! Git LFS pointers: the small text files that a checkout without Git LFS has in place of large files.

use std::io::Read;
use std::path::Path;

/// Beginning of every pointer.
const BEGINNING: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What to do about a pointer, for error messages.
pub const ADVICE: &str =
    "this is a Git LFS pointer, not the file itself: run `git lfs pull`, or download the file";

/// Whether a file is a pointer; false if it cannot be read.
#[must_use]
pub fn is_pointer(path: &Path) -> bool {
    let mut beginning = [0; BEGINNING.len()];
    let read = fs_err::File::open(path).and_then(|mut file| file.read_exact(&mut beginning));
    read.is_ok() && beginning == BEGINNING
}
