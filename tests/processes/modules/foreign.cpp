// A shared object that is no Indrik module.
int answer() {
    return 42;
}
