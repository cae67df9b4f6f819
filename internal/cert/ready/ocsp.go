package ready

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"time"

	"signdesk/internal/ext/revocation"
	"signdesk/internal/gost"
)

// freshness is how old an answer may be.
var freshness = gost.Freshness{Skew: clockSkew, MaxAge: 24 * time.Hour}

// askResponder judges a kept OCSP answer, or asks for one. Responders may leave
// the nonce out (those of busy authorities do): then its dates alone say that
// the answer is fresh. A nonce that is not ours is somebody's replay.
func (i *inquiry) askResponder(ctx context.Context, q question, body []byte) (said, []byte, error) {
	var nonce []byte
	if body == nil {
		nonce = make([]byte, 16)
		rand.Read(nonce)
		request, err := gost.CreateOCSPRequest(i.c, i.issuer, nonce)
		if err != nil {
			return said{}, nil, err
		}
		if body, err = i.client.Ask(ctx, q.url, request); err != nil {
			return said{}, nil, err
		}
	}
	r, err := gost.ParseOCSPResponse(body)
	if err != nil {
		return said{}, nil, err
	}
	if nonce != nil && r.Nonce != nil && !bytes.Equal(r.Nonce, nonce) {
		return said{}, nil, &revocation.Trouble{Text: "Ответ OCSP не на этот запрос.", Err: gost.ErrOCSPNonce}
	}
	state, err := r.Status(i.c, i.issuer, gost.OCSPOptions{At: i.now, Freshness: freshness})
	if err != nil {
		return said{}, nil, &revocation.Trouble{Text: ocspTrouble(err), Err: err}
	}
	s := said{status: Valid, evidence: i.evidence("ocsp", q.url, body)}
	s.evidence.ThisUpdate, s.evidence.NextUpdate, s.evidence.Signer = state.AsOf, state.Until, responder(r)
	switch state.State {
	case gost.StatusRevoked:
		s.status, s.evidence.RevokedAt, s.evidence.Reason = revokedStatus(state.Reason), state.RevokedAt, state.Reason
	case gost.StatusGood:
	default:
		return said{}, nil, &revocation.Trouble{Text: "УЦ не знает этого сертификата (OCSP).", Err: state.Why}
	}
	return s, body, nil
}

func revokedStatus(reason int) Status {
	if reason == gost.CertificateHold {
		return Held
	}
	return Revoked
}

func ocspTrouble(err error) string {
	switch {
	case errors.Is(err, gost.ErrOCSPRefused):
		return "Служба OCSP просит спросить позже."
	case errors.Is(err, gost.ErrOCSPResponder):
		return "Ответ OCSP подписан не тем, кто вправе отвечать за УЦ."
	case errors.Is(err, gost.ErrStale):
		return "Ответ OCSP просрочен."
	}
	return "Ответ OCSP не прошёл проверку."
}

// responder names who signed the answer.
func responder(r *gost.OCSPResponse) string {
	name, err := gost.ParseName(r.RawResponder)
	if err != nil {
		return "ключ " + short(r.ResponderKey)
	}
	return or(commonName(name), name.String())
}
