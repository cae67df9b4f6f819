package gost_test

import (
	"bytes"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

// reasons are the codes of RFC 5280, 5.3.1, by OpenSSL's names.
var reasons = map[int]string{0: "", 1: "keyCompromise", 2: "CACompromise", 3: "affiliationChanged", 4: "superseded", 5: "cessationOfOperation"}

// revoked are entries with different serial numbers; now and then hundreds.
func (s *source) revoked() (all []gost.RevokedEntry) {
	n := s.IntN(6)
	if s.IntN(12) == 0 {
		n = 500
	}
	seen := map[string]bool{}
	for range n {
		at, _ := s.period()
		r := gost.RevokedEntry{Serial: s.serial(), At: at, Reason: s.IntN(len(reasons))}
		if !seen[r.Serial.String()] {
			seen[r.Serial.String()] = true
			all = append(all, r)
		}
	}
	return all
}

func evenHex(n *big.Int) string { return fmt.Sprintf("%0*X", max(2, 2*((n.BitLen()+7)/8)), n) }

// opensslTime is how OpenSSL prints a time.
const opensslTime = "Jan _2 15:04:05 2006 GMT"

func TestProofCRLsOfOurs(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		root := c.authority()
		return func(c *trial) {
			entries, number := c.rand.revoked(), c.rand.serial()
			from, to := c.rand.period()
			der := must(gost.CreateCRL(c.rand, root.cert, root.key, number, entries, from, to))(c)
			c.Write("list.der", der)
			out := c.Run("crl", "-inform", "DER", "-in", "list.der", "-CAfile", "ca.pem", "-noout", "-text")
			wants := []string{"verify OK", "Last Update: " + from.Format(opensslTime), "Next Update: " + to.Format(opensslTime)}
			for _, r := range entries {
				wants = append(wants, "Serial Number: "+evenHex(r.Serial)+"\n        Revocation Date: "+r.At.Format(opensslTime))
			}
			for _, want := range wants {
				if !strings.Contains(out, want) {
					c.bad(der, "asked for %s, the engine reads\n%s", want, out)
				}
			}
			if n := strings.Count(out, "Revocation Date"); n != len(entries) {
				c.bad(der, "%d entries, the engine reads %d", len(entries), n)
			}
			der[len(der)-1-c.rand.IntN(c.set.Curve.Bits/4)] ^= 8
			c.Write("bad.der", der)
			if out, err := c.Try("crl", "-inform", "DER", "-in", "bad.der", "-CAfile", "ca.pem", "-noout"); err == nil && strings.Contains(out, "verify OK") {
				c.bad(der, "the engine takes a broken list")
			}
		}
	})
}

func TestProofCRLsOfEngine(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		root := c.engineAuthority()
		return func(c *trial) {
			entries, number := c.rand.revoked(), c.rand.serial()
			from, to := c.rand.period()
			var index bytes.Buffer
			for i := range entries {
				r := &entries[i]
				if r.At.Year() >= 2050 { // the engine's index has years of two digits
					r.At = r.At.AddDate(-100*((r.At.Year()-1950)/100), 0, 0)
				}
				reason := ""
				if r.Reason != 0 {
					reason = "," + reasons[r.Reason]
				}
				fmt.Fprintf(&index, "R\t491231000000Z\t%s%s\t%s\tunknown\t/CN=x\n", r.At.Format("060102150405Z"), reason, evenHex(r.Serial))
			}
			c.Write("index.txt", index.Bytes())
			c.Write("crlnumber", []byte(evenHex(number)+"\n"))
			c.Run("ca", "-gencrl", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-md", c.digest(),
				"-crl_lastupdate", from.Format("20060102150405Z"), "-crl_nextupdate", to.Format("20060102150405Z"), "-out", "list.pem")
			list, err := gost.ParseCRL(c.Read("list.pem"))
			if err != nil {
				c.bad(c.Read("list.pem"), "%v", err)
				return
			}
			if err := list.CheckSignatureFrom(root.cert); err != nil {
				c.bad(list.Raw, "%v", err)
			}
			if !list.ThisUpdate.Equal(from) || !list.NextUpdate.Equal(to) || len(list.Revoked) != len(entries) {
				c.bad(list.Raw, "read %v to %v, %d entries; asked for %v to %v, %d", list.ThisUpdate, list.NextUpdate, len(list.Revoked), from, to, len(entries))
			}
			for _, r := range entries {
				got, ok := list.Find(r.Serial)
				if !ok || got.Reason != r.Reason || !got.At.Equal(r.At) {
					c.bad(list.Raw, "read %+v, asked for %+v", got, r)
				}
			}
			free := c.rand.serial()
			if _, ok := list.Find(free); ok != slices.ContainsFunc(entries, func(r gost.RevokedEntry) bool { return r.Serial.Cmp(free) == 0 }) {
				c.bad(list.Raw, "%X is found: %v", free, ok)
			}
		}
	})
}
