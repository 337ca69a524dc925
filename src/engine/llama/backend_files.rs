//! The folder with llama.cpp's backends, for a program that loads them when it starts.

use std::path::{Path, PathBuf};

/// Beginning of the names of the CPU's backends, of which one at least is needed.
const CPU_BACKEND: &str = "libggml-cpu";

/// Returns the folder whose backends are loaded: beside the program, in `lib` beside it, or in
/// `../lib/safety-deepconf`, else the one of the build.
pub fn folder(program: &Path, build: Option<&str>) -> Option<PathBuf> {
    let here = program.parent()?;
    let places = [here.to_path_buf(), here.join("lib"), here.join("../lib/safety-deepconf")];
    places.into_iter().chain(build.map(PathBuf::from)).find(|place| has_backends(place))
}

fn has_backends(folder: &Path) -> bool {
    let files = folder.read_dir().into_iter().flatten().flatten();
    files.map(|file| file.file_name()).any(|name| name.to_string_lossy().starts_with(CPU_BACKEND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_counts() {
        let root = tempfile::tempdir().unwrap();
        let make = |name: &str, file: &str| {
            let folder = root.path().join(name);
            fs_err::create_dir_all(&folder).unwrap();
            fs_err::write(folder.join(file), "").unwrap();
            folder
        };
        let program = make("bin", "safety-deepconf").join("safety-deepconf");
        assert_eq!(folder(&program, None), None);
        let build = make("build", "libggml-cpu-x64.so");
        assert_eq!(folder(&program, build.to_str()), Some(build.clone()));
        make("lib/safety-deepconf", "libggml-cpu-haswell.so");
        assert_eq!(folder(&program, build.to_str()), Some(root.path().join("bin/../lib/safety-deepconf")));
        let beside = make("bin/lib", "libggml-cpu-x64.so");
        assert_eq!(folder(&program, None), Some(beside));
        make("bin", "libggml-cpu-x64.so");
        assert_eq!(folder(&program, None), Some(root.path().join("bin")));
    }
}
