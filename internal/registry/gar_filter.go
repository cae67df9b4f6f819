package registry

import (
	"context"
	"encoding/binary"
	"io"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// garFilter knows which objects and houses there are, so that what the register
// says of others (land, flats, houses not wanted: nine rows in ten of a full
// copy) is not loaded at all. It is a bit for each number, folded to 28 bits,
// which real ones fit into; of what is folded together too much is loaded, and
// left out when it is taken over.
type garFilter struct{ bits []uint64 }

const garFilterBits = 28

func newGARFilter() *garFilter { return &garFilter{make([]uint64, 1<<garFilterBits/64)} }

func (f *garFilter) add(id int64) {
	at := uint64(id) & (1<<garFilterBits - 1)
	atomic.OrUint64(&f.bits[at/64], 1<<(at%64))
}

func (f *garFilter) has(id int64) bool {
	at := uint64(id) & (1<<garFilterBits - 1)
	return f.bits[at/64]>>(at%64)&1 == 1
}

// fill adds what was taken over or loaded by earlier imports.
func (f *garFilter) fill(ctx context.Context, conn *pgx.Conn) error {
	r, w := io.Pipe()
	go func() {
		_, err := conn.PgConn().CopyTo(ctx, w, `COPY (SELECT objectid FROM gar_object UNION ALL SELECT objectid FROM gar_house
			UNION ALL SELECT objectid FROM gar_load_object UNION ALL SELECT objectid FROM gar_load_house) TO STDOUT (FORMAT binary)`)
		w.CloseWithError(err)
	}()
	defer r.Close()
	in := make([]byte, len(copyHead)+14*4096)
	if _, err := io.ReadFull(r, in[:len(copyHead)]); err != nil {
		return err
	}
	for {
		n, err := io.ReadFull(r, in[:14*4096]) // a row is a count, a length and eight bytes; two bytes end it all
		for row := in[:n]; len(row) >= 14; row = row[14:] {
			f.add(int64(binary.BigEndian.Uint64(row[6:])))
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return nil
		default:
			return err
		}
	}
}
