package exchange

import (
	"context"
	"fmt"
	"mime"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
	"signdesk/internal/vault"
)

// Wire is one message as it went over the wire. Its octets are opened by Raw.
type Wire struct {
	bun.BaseModel `bun:"table:exchange_wire,alias:w"`
	ID            uuid.UUID `bun:",pk"`
	Message       int64     `bun:",nullzero"`
	AnswerID      string    `bun:",nullzero"`
	Operation     string
	Sent          bool // ours; false: SMEV's
	At            time.Time
	Status        int // HTTP, of SMEV's
	MediaType     string
	Size          int64  // octets
	Verdict       string // of SMEV's signature: good, bad, none (a fault carries none); own
	Signer        string // common name, of a good one
	Fault         string
	Sealed        []byte
	KeyID         string `bun:",nullzero"`
	Destroyed     bool   `bun:",scanonly"`
}

func place(id uuid.UUID) string { return "exchange_wire:" + id.String() }

type tapeKey struct{}

// tape is what one call sent and received, until it is stored with the outcome.
type tape struct {
	mu    sync.Mutex
	wires []smev.Wire
}

// listen gives a call's context a tape of its own.
func listen(ctx context.Context) (context.Context, *tape) {
	t := &tape{}
	return context.WithValue(ctx, tapeKey{}, t), t
}

// Keep is the client's Keep: it puts each message on the tape of its call. A
// call of somebody else's leaves nothing.
func Keep(ctx context.Context, w smev.Wire) error {
	if t, ok := ctx.Value(tapeKey{}).(*tape); ok {
		t.mu.Lock()
		t.wires = append(t.wires, w)
		t.mu.Unlock()
	}
	return nil
}

// rows seals the tape for the journal. err is how the call ended, answer the
// id of what it received.
func (t *tape) rows(ctx context.Context, message int64, answer string, err error) ([]Wire, error) {
	rows := make([]Wire, 0, len(t.wires))
	trouble := troubleOf(err)
	for _, w := range t.wires {
		id, idErr := uuid.NewV7()
		if idErr != nil {
			return nil, idErr
		}
		media, _, _ := mime.ParseMediaType(w.ContentType)
		r := Wire{ID: id, Message: message, Operation: w.Operation, Sent: w.Sent, At: w.At, Status: w.Status, MediaType: media, Size: int64(len(w.Body)), Verdict: "own"}
		if !w.Sent {
			r.AnswerID = answer
			r.Verdict, r.Signer = verdict(w, trouble)
			if trouble != nil {
				r.Fault = word(trouble)
			}
		}
		if r.Sealed, r.KeyID, err = vault.Of(ctx).Seal(place(id), w.Body); err != nil {
			return nil, fmt.Errorf("keep the wire: %w", err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// verdict of SMEV's signature on an answer, and whose it is. What was not
// believed is bad, a fault carries no signature.
func verdict(w smev.Wire, trouble *smev.Error) (verdict, signer string) {
	switch {
	case trouble != nil && trouble.Untrusted():
		return "bad", ""
	case w.Signed.SMEV == nil:
		return "none", ""
	default:
		return "good", w.Signed.SMEV.Subject.Get(gost.OIDCommonName)
	}
}

func keepWires(ctx context.Context, tx bun.IDB, rows []Wire) error {
	if len(rows) == 0 {
		return nil
	}
	octets := 0
	for _, r := range rows {
		octets += len(r.Sealed)
	}
	_, err := tx.NewRaw("?", roomy{tx.NewInsert().Model(&rows), 2*octets + 1000*len(rows)}).Exec(ctx)
	return err
}

// roomy is an INSERT whose text of about that size is written into a buffer made
// large enough at once: growing it step by step would copy it several times.
type roomy struct {
	*bun.InsertQuery
	size int
}

// AppendQuery writes the statement at the end of b.
func (r roomy) AppendQuery(gen schema.QueryGen, b []byte) ([]byte, error) {
	return r.InsertQuery.AppendQuery(gen, slices.Grow(b, r.size))
}
