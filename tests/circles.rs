//! No circle of files: what a file uses never leads back to it.
//!
//! A path counts for the file that defines the item, through re-exports: that a folder's `mod.rs`
//! names its files is no use of them. Tests do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::{Item, UseTree, Visibility};

type Name = Vec<String>;

/// One file's module, its names and what it uses.
#[derive(Default)]
struct Module {
    defined: BTreeSet<String>,
    /// Name here to the path behind it: `use` and `pub use`.
    named: BTreeMap<String, Name>,
    /// Folders whose names are all named here.
    globs: Vec<Name>,
    /// Every path that the code speaks.
    paths: Vec<Name>,
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|one| {
        one.path().is_ident("cfg") && one.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
    })
}

fn leaves(tree: &UseTree, prefix: &Name, found: &mut Vec<(Option<String>, Name)>) {
    match tree {
        UseTree::Path(path) => {
            let mut prefix = prefix.clone();
            prefix.push(path.ident.to_string());
            leaves(&path.tree, &prefix, found);
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, prefix, found)),
        UseTree::Glob(_) => found.push((None, prefix.clone())),
        UseTree::Name(name) if name.ident == "self" => found.push((prefix.last().cloned(), prefix.clone())),
        UseTree::Name(name) => {
            let path = prefix.iter().cloned().chain([name.ident.to_string()]).collect();
            found.push((Some(name.ident.to_string()), path));
        }
        UseTree::Rename(name) => {
            let path = prefix.iter().cloned().chain([name.ident.to_string()]).collect();
            found.push((Some(name.rename.to_string()), path));
        }
    }
}

/// `self`, `super` and `crate` resolved; the rest as it stands.
fn absolute(path: &Name, here: &Name) -> Option<Name> {
    let mut base = here.clone();
    let mut rest = path.as_slice();
    match rest.first()?.as_str() {
        "crate" => (base, rest) = (Vec::new(), &rest[1..]),
        "self" => rest = &rest[1..],
        "super" => {}
        _ => return None,
    }
    while rest.first().is_some_and(|name| name == "super") {
        base.pop();
        rest = &rest[1..];
    }
    base.extend(rest.iter().cloned());
    Some(base)
}

struct Reader<'a> {
    module: &'a mut Module,
    here: Name,
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(one) => &one.attrs,
            Item::Fn(one) => &one.attrs,
            Item::Use(one) => &one.attrs,
            Item::Impl(one) => &one.attrs,
            _ => &Vec::new(),
        };
        if !is_test(attributes) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut found = Vec::new();
        leaves(&item.tree, &Vec::new(), &mut found);
        for (name, path) in found {
            let child = self.here.iter().cloned().chain(path.iter().cloned()).collect();
            let path = absolute(&path, &self.here).unwrap_or(child);
            match name {
                Some(name) => drop(self.module.named.insert(name, path.clone())),
                None => self.module.globs.push(path.clone()),
            }
            if matches!(item.vis, Visibility::Inherited) {
                self.module.paths.push(path);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Name = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let Some(path) = absolute(&names, &self.here) {
            self.module.paths.push(path);
        } else if names.len() > 1 {
            self.module.paths.push(self.here.iter().cloned().chain(names).collect());
        }
        syn::visit::visit_path(self, path);
    }
}

fn name_of(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(one) => one.ident.to_string(),
        Item::Enum(one) => one.ident.to_string(),
        Item::Fn(one) => one.sig.ident.to_string(),
        Item::Macro(one) => one.ident.as_ref()?.to_string(),
        Item::Static(one) => one.ident.to_string(),
        Item::Struct(one) => one.ident.to_string(),
        Item::Trait(one) => one.ident.to_string(),
        Item::Type(one) => one.ident.to_string(),
        _ => return None,
    })
}

fn modules(root: &Path) -> BTreeMap<Name, (PathBuf, Module)> {
    let mut modules = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let relative = path.strip_prefix(root).unwrap().with_extension("");
            let mut here: Name = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if here.last().is_some_and(|last| ["mod", "lib"].contains(&last.as_str())) {
                here.pop();
            }
            if path.extension().is_none_or(|extension| extension != "rs") || here == ["main"] {
                continue;
            }
            let file = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let mut module = Module::default();
            module.defined.extend(file.items.iter().filter_map(name_of));
            Reader { module: &mut module, here: here.clone() }.visit_file(&file);
            modules.insert(here, (relative, module));
        }
    }
    modules
}

/// The module that defines what a path names.
fn definition(path: &Name, modules: &BTreeMap<Name, (PathBuf, Module)>, depth: usize) -> Option<Name> {
    let length = (0..=path.len()).rev().find(|length| modules.contains_key(&path[..*length]))?;
    let owner = path[..length].to_vec();
    let Some(item) = path.get(length) else { return Some(owner) };
    let module = &modules[&owner].1;
    if module.defined.contains(item) {
        return Some(owner);
    }
    if depth == 0 {
        return None;
    }
    if let Some(behind) = module.named.get(item)
        && behind != path
    {
        return definition(behind, modules, depth - 1);
    }
    let within = |glob: &Name| {
        let path: Name = glob.iter().cloned().chain([item.clone()]).collect();
        definition(&path, modules, depth - 1)
    };
    module.globs.iter().find_map(within)
}

fn uses(root: &Path) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
    let modules = modules(root);
    let used = |here: &Name, module: &Module| -> BTreeSet<PathBuf> {
        let found = module.paths.iter().filter_map(|path| definition(path, &modules, 8));
        found.filter(|name| name != here).map(|name| modules[&name].0.clone()).collect()
    };
    modules.iter().map(|(here, (file, module))| (file.clone(), used(here, module))).collect()
}

/// Files that lead back to themselves, each group once (Tarjan's components by reachability).
fn circles(uses: &BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> Vec<BTreeSet<PathBuf>> {
    let reach = |from: &PathBuf| {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&PathBuf> = uses[from].iter().collect();
        while let Some(file) = open.pop() {
            if reached.insert(file.clone()) {
                open.extend(&uses[file]);
            }
        }
        reached
    };
    let reached: BTreeMap<&PathBuf, BTreeSet<PathBuf>> =
        uses.keys().map(|file| (file, reach(file))).collect();
    let group = |file: &PathBuf| -> BTreeSet<PathBuf> {
        reached[file].iter().filter(|other| reached[other].contains(file)).cloned().collect()
    };
    let mut groups: Vec<_> = uses.keys().map(group).filter(|group| group.len() > 1).collect();
    groups.sort();
    groups.dedup();
    groups
}

#[test]
fn no_file_leads_back_to_itself() {
    let uses = uses(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let count: usize = uses.values().map(BTreeSet::len).sum();
    assert!(count > 1000, "the uses were found: {count}");
    let mut message = String::new();
    for circle in circles(&uses) {
        message += "circle:\n";
        for file in &circle {
            let others: Vec<_> =
                uses[file].intersection(&circle).map(|other| other.display().to_string()).collect();
            message += &format!("  {} uses {}\n", file.display(), others.join(", "));
        }
    }
    assert!(message.is_empty(), "{message}");
}

#[test]
fn a_circle_is_found_and_a_re_export_is_none() {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("lib.rs", "pub mod room; pub mod other;");
    write("room/mod.rs", "mod inner; pub use inner::Thing; pub struct Own;");
    write("room/inner.rs", "use super::Own; pub struct Thing(Own);");
    write("other.rs", "use crate::room::Thing; pub fn f(_: Thing) {}");
    assert_eq!(circles(&uses(root.path())), Vec::<BTreeSet<PathBuf>>::new());
    write("room/inner.rs", "pub struct Thing; fn g() { crate::other::f(Thing) }");
    let circle = ["other", "room/inner"].map(PathBuf::from).into_iter().collect();
    assert_eq!(circles(&uses(root.path())), vec![circle]);
}
