package gost

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const oldSignature = "1.2.643.2.2.3" // GOST R 34.10-2001

func readVector(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectorDir(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustCertificate(t testing.TB, b []byte) *Certificate {
	t.Helper()
	c, err := ParseCertificate(b)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func verdict(t *testing.T, v vector, err error) {
	t.Helper()
	if (err == nil) != (v.Expected == "valid") {
		t.Errorf("%s: %v, expected %s (%s)", v.ID, err, v.Expected, v.Source)
	}
}

func TestVectorsCertificate(t *testing.T) {
	n, old := 0, 0
	for _, v := range vectors(t, "cert") {
		if v.SigAlg == oldSignature {
			old++
		} else {
			n++
		}
		c, err := ParseCertificate(readVector(t, v.File))
		if err != nil {
			verdict(t, v, err)
			continue
		}
		if v.Serial != "" && c.SerialHex() != strings.ToUpper(v.Serial) {
			t.Errorf("%s: serial %s, want %s", v.ID, c.SerialHex(), v.Serial)
		}
		if v.PubLE != "" && c.PublicKey != nil && hex.EncodeToString(c.PublicKey.point()) != v.PubLE {
			t.Errorf("%s: another public key", v.ID)
		}
		issuer := mustCertificate(t, readVector(t, v.Issuer))
		if v.SigAlg != oldSignature {
			verdict(t, v, c.CheckSignatureFrom(issuer))
			continue
		}
		verdict(t, v, c.frame.checkFrom(issuer, true))
		if err := c.CheckSignatureFrom(issuer); !errors.Is(err, ErrLegacy) {
			t.Errorf("%s: without being asked for: %v", v.ID, err)
		}
		if k := c.LegacyKey(); v.PubLE != "" && (c.PublicKey != nil || k == nil || hex.EncodeToString((&PublicKey{Curve: k.Curve, X: k.X, Y: k.Y}).point()) != v.PubLE) {
			t.Errorf("%s: another public key", v.ID)
		}
	}
	t.Logf("%d records of GOST R 34.10-2012, %d of 2001", n, old)
}

func TestVectorsRequest(t *testing.T) {
	all := vectors(t, "csr")
	for _, v := range all {
		r, err := ParseRequest(readVector(t, v.File))
		if err == nil {
			err = r.CheckSignature()
		}
		verdict(t, v, err)
	}
	t.Logf("%d records", len(all))
}

func TestVectorsCRL(t *testing.T) {
	all := vectors(t, "crl")
	for _, v := range all {
		c, err := ParseCRL(readVector(t, v.File))
		if err == nil {
			err = c.CheckSignatureFrom(mustCertificate(t, readVector(t, v.Issuer)))
		}
		verdict(t, v, err)
		if err == nil && len(c.Revoked) != len(v.Revoked) {
			t.Errorf("%s: %d revoked, want %d", v.ID, len(c.Revoked), len(v.Revoked))
		}
	}
	t.Logf("%d records", len(all))
}

func TestVectorsCMS(t *testing.T) {
	n, old := 0, 0
	skipped := map[string]int{}
	for _, v := range vectors(t, "cms") {
		if v.Sub != "signed" {
			skipped[v.Sub]++
			continue
		}
		n++
		s, err := ParseCMS(readVector(t, v.File))
		if err != nil {
			verdict(t, v, err)
			continue
		}
		if strings.HasSuffix(v.Signer, ".der") {
			s.Certificates = append(s.Certificates, mustCertificate(t, readVector(t, v.Signer)))
		}
		var given []byte
		if v.Content != "" {
			given = unhex(t, v.Content)
		}
		if !v.Detached {
			if v.Expected == "valid" && string(s.Content) != string(given) {
				t.Errorf("%s: another content", v.ID)
			}
			given = nil
		}
		if s.Legacy = s.Signers[0].legacy(); s.Legacy {
			old++
		}
		results, err := s.Verify(given)
		for _, r := range results {
			if err == nil {
				err = r.Err
			}
		}
		verdict(t, v, err)
		if !s.Legacy {
			continue
		}
		s.Legacy = false
		if results, err = s.Verify(given); err != nil || !errors.Is(results[0].Err, ErrLegacy) {
			t.Errorf("%s: without being asked for: %v %v", v.ID, err, results)
		}
	}
	t.Logf("%d records, %d of them of GOST R 34.10-2001; skipped %v", n, old, skipped)
}

// The real roots that share a name are told apart by their keys.
func TestRootsOfOneName(t *testing.T) {
	var roots []*Certificate
	for _, name := range []string{"mincifry-root-2025", "mincifry-root-2022", "mincifry-root-2026"} {
		roots = append(roots, mustCertificate(t, readVector(t, "files/certs/"+name+".der")))
	}
	for _, root := range roots {
		chain, err := root.Verify(VerifyOptions{Roots: roots, At: root.NotBefore.Add(time.Hour)})
		if err != nil || len(chain) != 1 {
			t.Errorf("%s: %v", root.SerialHex(), err)
		}
	}
	slices.Reverse(roots)
	chained := 0
	for _, v := range vectors(t, "cert") {
		if v.Expected != "valid" || v.SigAlg == oldSignature || v.File == v.Issuer {
			continue
		}
		c, issuer := mustCertificate(t, readVector(t, v.File)), mustCertificate(t, readVector(t, v.Issuer))
		at := c.NotBefore.Add(time.Hour)
		_, err := c.Verify(VerifyOptions{Roots: append(roots, issuer), At: at})
		if err != nil {
			t.Logf("%s: %v", v.ID, err)
			continue
		}
		chained++
	}
	t.Logf("%d real certificates chain to their issuers", chained)
}
