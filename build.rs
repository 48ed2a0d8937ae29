//! The catalog's files and the scenarios are embedded by a macro, which cannot tell cargo
//! about files that are added later: this does.

fn main() {
    println!("cargo::rerun-if-changed=schemas");
    println!("cargo::rerun-if-changed=samples");
    println!("cargo::rerun-if-changed=scenarios");
}
