package ca

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"signdesk/internal/gost"
)

// estReply is an answer of the service.
type estReply struct {
	status      int
	kind, retry string // Content-Type, Retry-After
	body        []byte
}

// exchange carries one message there and one back.
func (e *EST) exchange(ctx context.Context, op operation, transaction []byte, method, kind string, body []byte) (*estReply, error) {
	fail := func(err error) error { return unreachable(op, err) }
	keep := func(w Wire) error {
		if e.Keep == nil {
			return nil
		}
		w.Operation, w.Transaction, w.At = op.name, hex.EncodeToString(transaction[:min(len(transaction), idSize)]), e.now()
		return e.Keep(ctx, w)
	}
	if err := keep(Wire{Sent: true, ContentType: kind, Body: body}); err != nil {
		return nil, fail(fmt.Errorf("keep the message: %w", err))
	}
	req, err := http.NewRequestWithContext(ctx, method, e.base+"/"+op.name, bytes.NewReader(body))
	if err != nil {
		return nil, fail(err)
	}
	req.Close = true
	if kind != "" {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Content-Transfer-Encoding", "base64") // of no meaning since RFC 8951, yet asked for by the older
	}
	if e.user != "" {
		req.SetBasicAuth(e.user, e.password)
	}
	resp, err := e.http.Do(req)
	if err != nil {
		return nil, fail(err)
	}
	defer resp.Body.Close()
	answer, err := readAnswer(resp.Body)
	if err != nil {
		return nil, fail(err)
	}
	r := &estReply{resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("Retry-After"), answer}
	if err := keep(Wire{Status: r.status, ContentType: r.kind, Body: answer}); err != nil {
		return nil, fail(fmt.Errorf("keep the answer: %w", err))
	}
	return r, nil
}

// certificates reads a certs-only message (RFC 5272, 4.1): a SignedData with
// certificates, no content and no signers.
func (r *estReply) certificates() ([]*gost.Certificate, error) {
	media, params, err := mime.ParseMediaType(r.kind)
	if err != nil || media != "application/pkcs7-mime" || params["smime-type"] != "" && params["smime-type"] != "certs-only" {
		return nil, fmt.Errorf("answer is %q, not certificates", clean(r.kind))
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(r.body)), ""))
	if err != nil {
		return nil, errors.New("answer is not base64")
	}
	return certsOnly(der)
}

func certsOnly(der []byte) (list []*gost.Certificate, err error) {
	broken := errors.New("certs-only message is not readable")
	in := cryptobyte.String(der)
	var info, oid, wrapped, data, all cryptobyte.String
	var found bool
	if !in.ReadASN1(&info, cbasn1.SEQUENCE) || !in.Empty() || !info.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) ||
		!bytes.Equal(oid, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}) || !info.ReadASN1(&wrapped, tagged(0)) ||
		!wrapped.ReadASN1(&data, cbasn1.SEQUENCE) || !data.SkipASN1(cbasn1.INTEGER) || !data.SkipASN1(cbasn1.SET) || !data.SkipASN1(cbasn1.SEQUENCE) ||
		!data.ReadOptionalASN1(&all, &found, tagged(0)) || !found {
		return nil, broken
	}
	for !all.Empty() {
		var one cryptobyte.String
		var tag cbasn1.Tag
		if len(list) == maxCertificates || !all.ReadAnyASN1Element(&one, &tag) {
			return nil, broken
		}
		if tag != cbasn1.SEQUENCE { // attribute certificates and the like
			continue
		}
		c, err := gost.ParseCertificate(one)
		if err != nil {
			continue // an RSA one beside ours, say
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return nil, errors.New("no certificate on a GOST key in the message")
	}
	return list, nil
}
