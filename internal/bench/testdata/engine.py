# The rival of gost_sign_test.go: OpenSSL's gost engine signing and checking a
# digest over and over in one process, which no command of openssl does.
#   engine.py KEY.pem DIGEST
# First prints a signature of the digest, in hex; then reads lines "sign N" or
# "verify N" and answers each with the processor time of N such acts in
# seconds, from which the time of N idle calls through ctypes is taken off.
import ctypes, sys, time

crypto = ctypes.CDLL("libcrypto.so.3")


def function(name, result, *arguments):
    f = getattr(crypto, name)
    f.restype, f.argtypes = result, arguments
    return f


pointer, size, number = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
init = function("OPENSSL_init_crypto", number, ctypes.c_uint64, pointer)
new_file = function("BIO_new_file", pointer, ctypes.c_char_p, ctypes.c_char_p)
read_key = function("PEM_read_bio_PrivateKey", pointer, pointer, pointer, pointer, pointer)
new_context = function("EVP_PKEY_CTX_new", pointer, pointer, pointer)
sign_init = function("EVP_PKEY_sign_init", number, pointer)
sign = function("EVP_PKEY_sign", number, pointer, pointer, pointer, pointer, size)
verify_init = function("EVP_PKEY_verify_init", number, pointer)
verify = function("EVP_PKEY_verify", number, pointer, pointer, size, pointer, size)
idle = function("OPENSSL_cleanse", None, pointer, size)

init(0x40, None)  # load the configuration, which loads the engine
key = read_key(new_file(sys.argv[1].encode(), b"r"), None, None, None)
digest = bytes.fromhex(sys.argv[2])
signature, length = ctypes.create_string_buffer(256), size(256)
signer, verifier = new_context(key, None), new_context(key, None)
if sign_init(signer) != 1 or verify_init(verifier) != 1:
    sys.exit("no such key")
if sign(signer, signature, ctypes.byref(length), digest, len(digest)) != 1:
    sys.exit("no signature")
good = signature.raw[: length.value]
print(good.hex(), flush=True)

for line in sys.stdin:
    act, n = line.split()
    begun = time.process_time()
    for _ in range(int(n)):
        idle(signature, 0)
    start = time.process_time()
    if act == "sign":
        for _ in range(int(n)):
            length.value = 256
            done = sign(signer, signature, ctypes.byref(length), digest, len(digest))
    else:
        for _ in range(int(n)):
            done = verify(verifier, good, len(good), digest, len(digest))
    end = time.process_time()
    if done != 1:
        sys.exit("bad answer to " + act)
    print(end - start - (start - begun), flush=True)
