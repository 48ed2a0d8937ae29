// Wine 8 lacks this library of Windows, which Rust takes random bytes from. Only for tests.
typedef unsigned char byte;
byte SystemFunction036(void *buffer, unsigned long length);

__declspec(dllexport) int ProcessPrng(byte *buffer, unsigned long long length) {
    return SystemFunction036(buffer, (unsigned long)length);
}
