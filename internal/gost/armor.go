package gost

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// decode returns the DER or BER object in b, which is that object itself, a
// PEM block with one of the labels (the first one; text around it is skipped)
// or bare base64 in lines.
func decode(b []byte, limit int, labels ...string) ([]byte, error) {
	if len(b) > limit+limit/2 {
		return nil, errors.New("file is too large")
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if len(b) > 0 && b[0] == 0x30 {
		return b, nil
	}
	if isPEM(b) {
		for {
			block, rest := pem.Decode(b)
			if block == nil {
				return nil, errors.New("no PEM block of the right kind")
			}
			if slices.Contains(labels, block.Type) {
				return block.Bytes, nil
			}
			b = rest
		}
	}
	b = slices.DeleteFunc(bytes.Clone(b), isSpace)
	der, err := base64.StdEncoding.AppendDecode(nil, b)
	if err != nil || len(der) == 0 {
		return nil, errors.New("neither DER nor PEM nor base64")
	}
	return der, nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isPEM(b []byte) bool {
	return len(b) > 0 && b[0] != 0x30 && bytes.Contains(b, []byte("-----BEGIN "))
}

var certificateLabels = []string{"CERTIFICATE", "X509 CERTIFICATE"}

// ParseCertificates reads all certificates of a PEM file, or the one of a DER
// file.
func ParseCertificates(b []byte) (all []*Certificate, err error) {
	if !isPEM(b) {
		c, err := ParseCertificate(b)
		if err != nil {
			return nil, err
		}
		return []*Certificate{c}, nil
	}
	for {
		block, rest := pem.Decode(b)
		if block == nil {
			break
		}
		b = rest
		if !slices.Contains(certificateLabels, block.Type) {
			continue
		}
		if len(all) == maxCertificates {
			return nil, errors.New("certificates: too many")
		}
		c, err := parseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, errors.New("certificates: none in the file")
	}
	return all, nil
}

// ParseCertificateRun reads certificates of DER that stand one after another;
// nothing is no certificate.
func ParseCertificateRun(b []byte) (all []*Certificate, err error) {
	for s := cryptobyte.String(b); !s.Empty(); {
		var one cryptobyte.String
		if len(all) == maxCertificates || !s.ReadASN1Element(&one, cbasn1.SEQUENCE) {
			return nil, errors.New("not a run of certificates")
		}
		c, err := ParseCertificate(one)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
