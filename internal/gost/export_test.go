package gost

import (
	"io"
	"math/big"
	"testing"
)

// A door for the tests of package gost_test, which see the package as its
// users do: the harness of OpenSSL, and keys encrypted with few rounds.

// Engine is OpenSSL with the gost engine in a folder of its own.
type Engine struct{ o *openssl }

func NewEngine(t *testing.T) *Engine { return &Engine{newOpenSSL(t)} }

func (e *Engine) Run(args ...string) string          { e.o.t.Helper(); return e.o.run(args...) }
func (e *Engine) Try(args ...string) (string, error) { return e.o.try(args...) }
func (e *Engine) Write(name string, b []byte)        { e.o.t.Helper(); e.o.write(name, b) }
func (e *Engine) Read(name string) []byte            { e.o.t.Helper(); return e.o.read(name) }

// EngineSet is a parameter set by the engine's names.
type EngineSet struct {
	Curve          *Curve
	Algorithm, Set string
}

func EngineSets() (all []EngineSet) {
	for _, s := range engineSets {
		all = append(all, EngineSet{s.curve, s.algorithm, s.set})
	}
	return all
}

func EncryptPrivateKeyRounds(rand io.Reader, k *PrivateKey, password []byte, rounds int) ([]byte, error) {
	return encryptPrivateKey(rand, k, password, rounds)
}

// SignWithNonce signs with a nonce of the caller, as published examples do.
func SignWithNonce(k *PrivateKey, nonce *big.Int, digest []byte) ([]byte, bool) {
	n, e := words(nonce), k.Curve.digestNumber(digest)
	return k.signWith(&n, &e)
}
