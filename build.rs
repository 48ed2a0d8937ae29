//! The catalog's files, the scenarios and the inspector's page are embedded by a macro, which cannot tell cargo
//! about files that are added later: this does.

fn main() {
    println!("cargo::rerun-if-changed=schemas");
    println!("cargo::rerun-if-changed=samples");
    println!("cargo::rerun-if-changed=scenarios");
    println!("cargo::rerun-if-changed=src/flows/inspector/page");
}
