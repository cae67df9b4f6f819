package gost_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

func TestProofKeysOfEngine(t *testing.T) {
	prove(t, func(*trial) func(*trial) {
		return func(c *trial) {
			key := c.engineKey("key.der")
			der := c.Read("key.der")
			c.Run("pkey", "-inform", "DER", "-in", "key.der", "-pubout", "-outform", "DER", "-out", "pub.der")
			spki := c.Read("pub.der")
			pub := must(gost.ParsePublicKey(spki))(c)
			if key.Curve != c.set.Curve || pub.Curve != c.set.Curve || !pub.Equal(key.Public()) {
				c.bad(der, "read as another key, its public half is %x", spki)
			}
			if strings.HasPrefix(c.set.Curve.Name, "tc26-") {
				return // RFC 9215 leaves the digest's name out of such keys, the engine does not
			}
			if again := must(gost.MarshalPublicKey(pub))(c); !bytes.Equal(again, spki) {
				c.bad(spki, "the public key is written as %x", again)
			}
		}
	})
}

func TestProofKeysOfOurs(t *testing.T) {
	prove(t, func(*trial) func(*trial) {
		return func(c *trial) {
			key := c.key()
			der, spki := must(gost.MarshalPrivateKey(key))(c), must(gost.MarshalPublicKey(&key.PublicKey))(c)
			c.Write("key.der", der)
			c.Run("pkey", "-inform", "DER", "-in", "key.der", "-pubout", "-outform", "DER", "-out", "pub.der")
			if theirs := must(gost.ParsePublicKey(c.Read("pub.der")))(c); !theirs.Equal(&key.PublicKey) || theirs.Curve != key.Curve {
				c.bad(der, "the engine derives %x, we %x", c.Read("pub.der"), spki)
			}
			c.Write("pub.der", spki)
			c.Run("pkey", "-pubin", "-inform", "DER", "-in", "pub.der", "-pubout", "-outform", "DER", "-out", "again.der")
			if theirs := must(gost.ParsePublicKey(c.Read("again.der")))(c); !theirs.Equal(&key.PublicKey) || theirs.Curve != key.Curve {
				c.bad(spki, "the engine reads %x", c.Read("again.der"))
			}
		}
	})
}

// password is never empty: OpenSSL's own prompt refuses such.
func (c *trial) password() string {
	return []string{"1", "пароль с пробелом", "𝔘", string(bytes.Repeat([]byte("x"), 200)), c.rand.words(3)}[c.index%5]
}

func TestProofEncryptedKeysOfEngine(t *testing.T) {
	prove(t, func(*trial) func(*trial) {
		return func(c *trial) {
			key, password := c.engineKey("key.der"), c.password()
			prf := []string{"hmacWithSHA256", "id-tc26-hmac-gost-3411-2012-512"}[c.index%2]
			c.Run("pkcs8", "-topk8", "-inform", "DER", "-in", "key.der", "-v2", "aes-256-cbc", "-v2prf", prf,
				"-iter", strconv.Itoa(1+c.rand.IntN(30)), "-passout", "pass:"+password, "-outform", "DER", "-out", "key.enc")
			der := c.Read("key.enc")
			again, err := gost.DecryptPrivateKey(der, []byte(password))
			if err != nil || !again.Equal(key) {
				c.bad(der, "password %q, %s: %v", password, prf, err)
			}
			if _, err := gost.DecryptPrivateKey(der, []byte(password+"!")); err == nil {
				c.bad(der, "another password opens it")
			}
		}
	})
}

func TestProofEncryptedKeysOfOurs(t *testing.T) {
	prove(t, func(*trial) func(*trial) {
		return func(c *trial) {
			key, password := c.key(), c.password()
			der := must(gost.EncryptPrivateKeyRounds(c.rand, key, []byte(password), 1+c.rand.IntN(30)))(c)
			c.Write("key.enc", der)
			c.Run("pkcs8", "-inform", "DER", "-in", "key.enc", "-passin", "pass:"+password, "-outform", "DER", "-out", "key.der")
			if again := must(gost.ParsePrivateKey(c.Read("key.der")))(c); !again.Equal(key) {
				c.bad(der, "password %q opens another key", password)
			}
		}
	})
}
