package ready

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/gost"
)

// maxSources bounds the addresses of one kind that a certificate may send us to.
const maxSources = 3

// said is what the authority has said of a certificate.
type said struct {
	status   Status // Valid, Held or Revoked; "" = nobody has answered
	evidence Evidence
	trouble  string    // of the last address that gave nothing
	again    time.Time // when an address may be asked again
}

// inquiry asks about one certificate; its issuer comes from a verified chain.
type inquiry struct {
	d      *db.DB
	client *revocation.Client
	now    time.Time
	c      *gost.Certificate
	issuer *gost.Certificate
}

// ask goes through the responders and then the lists until one gives a fresh,
// rightly signed answer.
func (i *inquiry) ask(ctx context.Context) (said, error) {
	var last said
	for _, url := range first(i.c.OCSPURLs) {
		s, err := i.source(ctx, ocspQuestion(url, i.c, i.issuer), i.askResponder)
		if err != nil || s.status != "" {
			return s, err
		}
		last = last.or(s)
	}
	for _, url := range first(i.c.CRLURLs) {
		s, err := i.source(ctx, listQuestion(url, i.issuer), i.fetchList)
		if err != nil || s.status != "" {
			return s, err
		}
		last = last.or(s)
	}
	if last.trouble == "" {
		last.trouble = "В сертификате нет адреса, где спрашивать об отзыве."
	}
	return last, nil
}

func first(urls []string) []string { return slices.Clone(urls[:min(len(urls), maxSources)]) }

// or keeps the trouble and the earliest moment to try again.
func (s said) or(other said) said {
	if s.trouble == "" || other.again.Before(s.again) {
		s.again = other.again
	}
	s.trouble = other.trouble
	return s
}

// source answers from what is kept, or asks the address and keeps what it says.
// fetch returns a verified answer with its bytes.
func (i *inquiry) source(ctx context.Context, q question, fetch func(context.Context, question, []byte) (said, []byte, error)) (said, error) {
	kept, err := recall(ctx, i.d, i.now, q)
	if err != nil {
		return said{}, err
	}
	if kept.body != nil && !kept.mine {
		if s, _, err := fetch(ctx, q, kept.body); err == nil {
			return s, nil
		}
	}
	if !kept.mine {
		return said{trouble: or(kept.trouble, "УЦ уже спрашивают: ждём ответа."), again: kept.nextAt}, nil
	}
	s, body, err := fetch(ctx, q, nil)
	if err == nil {
		return s, remember(ctx, i.d, i.now, q, body, s.evidence.ThisUpdate, s.evidence.NextUpdate)
	}
	if ctx.Err() != nil {
		return said{}, ctx.Err()
	}
	text := troubleText(err)
	next, noted := failed(ctx, i.d, i.now, q, text)
	if noted != nil {
		return said{}, noted
	}
	if kept.body != nil { // run out of its day, perhaps not of its own term
		if s, _, err := fetch(ctx, q, kept.body); err == nil {
			return s, nil
		}
	}
	return said{trouble: text, again: next}, nil
}

// fetchList judges a kept list, or fetches one.
func (i *inquiry) fetchList(ctx context.Context, q question, body []byte) (said, []byte, error) {
	if body == nil {
		var err error
		if body, err = i.client.List(ctx, q.url); err != nil {
			return said{}, nil, err
		}
	}
	list, err := gost.ParseCRL(body)
	if err != nil {
		return said{}, nil, err
	}
	s := said{status: Valid, evidence: i.evidence("crl", q.url, body)}
	s.evidence.ThisUpdate, s.evidence.NextUpdate, s.evidence.Signer = list.ThisUpdate, list.NextUpdate, commonName(list.Issuer)
	// the issuer's own way up is verified already: here he is the root
	_, err = i.c.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{i.issuer}, CRLs: []*gost.CRL{list}, Freshness: freshness, At: within(i.now, i.c, i.issuer)})
	switch {
	case errors.Is(err, gost.ErrRevoked):
		entry, _ := list.Find(i.c.Serial)
		s.status, s.evidence.RevokedAt, s.evidence.Reason = revokedStatus(entry.Reason), entry.At, entry.Reason
	case errors.Is(err, gost.ErrStale):
		return said{}, nil, &revocation.Trouble{Text: "Список отозванных просрочен.", Err: err}
	case errors.Is(err, gost.ErrUnknownStatus):
		return said{}, nil, &revocation.Trouble{Text: "Список отозванных подписан не этим УЦ или говорит о других сертификатах.", Err: err}
	case err != nil:
		return said{}, nil, err
	}
	return s, body, nil
}

// clockSkew is how far an authority's clock may be ahead of ours.
const clockSkew = 5 * time.Minute

// within brings the moment into the dates of all: dates are judged elsewhere.
func within(at time.Time, certificates ...*gost.Certificate) time.Time {
	for _, c := range certificates {
		if at.Before(c.NotBefore) {
			at = c.NotBefore
		}
	}
	return at
}

func (i *inquiry) evidence(source, url string, body []byte) Evidence {
	sum := sha256.Sum256(body)
	return Evidence{Source: source, URL: url, SHA256: hex.EncodeToString(sum[:])}
}

func or(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}
