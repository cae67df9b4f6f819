package smev

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"time"
)

// gregorian is the start of UUID time, 1582-10-15, in Unix seconds.
const gregorian = -12219292800

// NewMessageID returns a UUID of version 1 (RFC 9562, 5.1) for the moment.
// SMEV refuses one whose time is more than about two days old. The node is
// random with the multicast bit set (6.10), so no address of the machine leaks.
func NewMessageID(at time.Time) string {
	var id [16]byte
	rand.Read(id[8:]) // never fails
	ticks := uint64(at.Unix()-gregorian)*1e7 + uint64(at.Nanosecond()/100)
	binary.BigEndian.PutUint32(id[0:], uint32(ticks))
	binary.BigEndian.PutUint16(id[4:], uint16(ticks>>32))
	binary.BigEndian.PutUint16(id[6:], uint16(ticks>>48)&0x0FFF|0x1000)
	id[8] = id[8]&0x3F | 0x80
	id[10] |= 1
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
