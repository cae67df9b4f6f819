package gost

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"slices"
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
	der, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(b), nil)))
	if err != nil || len(der) == 0 {
		return nil, errors.New("neither DER nor PEM nor base64")
	}
	return der, nil
}

func isPEM(b []byte) bool {
	return len(b) > 0 && b[0] != 0x30 && bytes.Contains(b, []byte("-----BEGIN "))
}
