package gost

import (
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

func (c *CRL) readRevoked(list cryptobyte.String) error {
	for !list.Empty() {
		var entry cryptobyte.String
		r := RevokedEntry{Serial: new(big.Int)}
		if !list.ReadASN1(&entry, cbasn1.SEQUENCE) || !entry.ReadASN1Integer(r.Serial) || r.Serial.Sign() < 0 || !readTime(&entry, &r.At) {
			return errors.New("bad entry")
		}
		if !entry.Empty() {
			extensions, err := readExtensions(&entry)
			if err != nil {
				return fmt.Errorf("bad entry: %w", err)
			}
			if !entry.Empty() || !c.readEntry(&r, extensions) {
				return errors.New("bad entry")
			}
		}
		key := string(r.Serial.Bytes())
		if i, twice := c.bySerial[key]; !twice || r.outweighs(c.Revoked[i]) {
			c.bySerial[key] = len(c.Revoked)
		}
		c.Revoked = append(c.Revoked, r)
	}
	return nil
}

// outweighs chooses between two entries of one number: the earlier revocation.
func (r RevokedEntry) outweighs(other RevokedEntry) bool {
	return r.Reason != RemoveFromCRL && (other.Reason == RemoveFromCRL || r.At.Before(other.At))
}

func (c *CRL) readEntry(r *RevokedEntry, extensions []pkix.Extension) bool {
	for _, e := range extensions {
		value, ok := cryptobyte.String(e.Value), true
		switch {
		case e.Id.Equal(oidReasonCode):
			ok = value.ReadASN1Enum(&r.Reason) && value.Empty()
		case e.Id.Equal(oidInvalidityDate):
			ok = value.ReadASN1GeneralizedTime(&r.Since) && value.Empty()
		case e.Id.Equal(oidCertificateIssuer):
			c.Unusable = "an indirect list: it has certificates of another issuer"
		case e.Critical:
			c.Unusable = fmt.Sprintf("unknown critical extension %v in an entry", e.Id)
		}
		if !ok {
			return false
		}
	}
	return true
}
