package gost

import (
	"crypto/rand"
	"testing"
)

func BenchmarkSign(b *testing.B) {
	for _, c := range distinct() {
		k := must[*PrivateKey](b)(GenerateKey(rand.Reader, c))
		digest := k.digest(nil)
		b.Run(c.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := k.Sign(rand.Reader, digest, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, c := range distinct() {
		k := must[*PrivateKey](b)(GenerateKey(rand.Reader, c))
		digest := k.digest(nil)
		sig := must[[]byte](b)(k.Sign(rand.Reader, digest, nil))
		b.Run(c.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := Verify(&k.PublicKey, digest, sig); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkField tells where the time of the two goes.
func BenchmarkField(b *testing.B) {
	for _, c := range distinct() {
		f := c.field
		x, y := f.one, f.less
		for name, op := range map[string]func(){
			"mul": func() { f.mul(&x, &x, &y) }, "sqr": func() { f.sqr(&x, &x) }, "add": func() { f.add(&x, &x, &y) }, "sub": func() { f.sub(&x, &x, &y) },
		} {
			b.Run(c.Name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					op()
				}
			})
		}
	}
}
