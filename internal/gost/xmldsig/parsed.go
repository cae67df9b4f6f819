package xmldsig

import (
	"sync"

	"signdesk/internal/gost"
)

// parsed remembers certificates by their octets: in an exchange few parties
// sign many messages, and reading a certificate costs a third of a signature.
// It holds no verdict on them.
var parsed = certificateCache{known: map[string]*gost.Certificate{}}

type certificateCache struct {
	mu    sync.RWMutex
	known map[string]*gost.Certificate
}

const (
	maxParsed      = 64
	maxParsedBytes = 16 << 10 // a certificate beyond it is read each time
)

func (p *certificateCache) certificate(der []byte) (*gost.Certificate, error) {
	p.mu.RLock()
	c := p.known[string(der)]
	p.mu.RUnlock()
	if c != nil {
		return c, nil
	}
	c, err := gost.ParseCertificate(der)
	if err != nil || len(der) > maxParsedBytes {
		return c, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) == maxParsed {
		clear(p.known)
	}
	p.known[string(der)] = c
	return c, nil
}
