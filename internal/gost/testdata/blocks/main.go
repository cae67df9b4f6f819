// Blocks signs and verifies with many keys and writes, for each, how often
// every block of the package ran. TestSameBlocks builds it with -cover.
package main

import (
	"crypto/rand"
	"fmt"
	"log"
	"math/big"
	"os"
	"path/filepath"
	"runtime/coverage"

	"signdesk/internal/gost"
)

func main() {
	// The q of these sets is so close to a power of two that no nonce is drawn twice.
	for _, name := range []string{"A", "tc26-512-A", "tc26-512-C"} {
		c, err := gost.CurveByName(name)
		check(err)
		last := new(big.Int).Sub(c.Q, big.NewInt(1))
		secrets := []*big.Int{big.NewInt(1), big.NewInt(2), new(big.Int).Lsh(big.NewInt(1), uint(c.Bits-4)), last}
		for range 8 {
			d, err := rand.Int(rand.Reader, last)
			check(err)
			secrets = append(secrets, d.Add(d, big.NewInt(1)))
		}
		for i, d := range secrets {
			key, err := gost.NewPrivateKey(c, d)
			check(err)
			digest := make([]byte, c.Bits/8)
			rand.Read(digest)
			sig, err := key.Sign(nil, digest, nil) // tables are made at first use
			check(err)
			check(gost.Verify(&key.PublicKey, digest, sig))
			count(fmt.Sprintf("sign-%s-%d", name, i), func() { key.Sign(nil, digest, nil) })
			if i < 4 { // enough to differ
				count(fmt.Sprintf("verify-%s-%d", name, i), func() { gost.Verify(&key.PublicKey, digest, sig) })
			}
		}
	}
}

// count writes the counters of one run into a folder of its own.
func count(name string, run func()) {
	dir := filepath.Join(os.Args[1], name)
	check(os.Mkdir(dir, 0o755))
	check(coverage.WriteMetaDir(dir))
	check(coverage.ClearCounters())
	run()
	check(coverage.WriteCountersDir(dir))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
