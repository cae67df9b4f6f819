package gost_test

import (
	"testing"

	"signdesk/internal/gost"
)

func TestProofSignaturesOfEngine(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		key := c.engineKey("key.der")
		return func(c *trial) {
			if c.index%4 == 0 {
				key = c.engineKey("key.der")
			}
			content := c.rand.content()
			c.Write("data", content)
			c.Run("dgst", "-"+c.digest(), "-keyform", "DER", "-sign", "key.der", "-out", "sig", "data")
			sig := c.Read("sig")
			if err := gost.Verify(&key.PublicKey, streebog(&key.PublicKey, content), sig); err != nil {
				c.bad(c.Read("key.der"), "the signature %x of %x: %v", sig, content, err)
			}
			// And of a digest that no message may have.
			digest := c.rand.bytes(c.set.Curve.Bits / 8)
			c.Write("digest", digest)
			c.Run("pkeyutl", "-sign", "-keyform", "DER", "-inkey", "key.der", "-in", "digest", "-out", "sig")
			sig = c.Read("sig")
			if err := gost.Verify(&key.PublicKey, digest, sig); err != nil {
				c.bad(c.Read("key.der"), "the signature %x of the digest %x: %v", sig, digest, err)
			}
		}
	})
}

func TestProofSignaturesOfOurs(t *testing.T) {
	prove(t, func(*trial) func(*trial) {
		return func(c *trial) {
			key, content := c.key(), c.rand.content()
			spki := must(gost.MarshalPublicKey(&key.PublicKey))(c)
			digest := streebog(&key.PublicKey, content)
			sig := must(key.Sign(c.rand, digest, nil))(c)
			c.Write("pub.der", spki)
			c.Write("data", content)
			c.Write("sig", sig)
			if out, err := c.Try("dgst", "-"+c.digest(), "-keyform", "DER", "-verify", "pub.der", "-signature", "sig", "data"); err != nil {
				c.bad(spki, "the engine refuses the signature %x of %x: %s", sig, content, out)
			}
			c.Write("digest", digest)
			sig[c.rand.IntN(len(sig))] ^= 1 << c.rand.IntN(8)
			c.Write("sig", sig)
			if _, err := c.Try("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "pub.der", "-in", "digest", "-sigfile", "sig"); err == nil {
				c.bad(spki, "the engine takes the broken signature %x of the digest %x", sig, digest)
			}
			if gost.Verify(&key.PublicKey, digest, sig) == nil {
				c.bad(spki, "we take the broken signature %x of the digest %x", sig, digest)
			}
		}
	})
}
