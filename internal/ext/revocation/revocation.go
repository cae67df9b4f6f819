// Package revocation fetches what certification authorities publish about
// revoked certificates: lists (RFC 5280, 4.2.1.13, by GET) and OCSP answers
// (RFC 6960, appendix A, by POST). It carries bytes and believes nothing: the
// caller verifies signatures.
//
// The addresses stand in certificates that strangers brought. So only plain
// http is spoken, to port 80 of public addresses (the address is looked at when
// it is dialled, after the name was resolved); redirects and proxies are not
// followed, the time and size of an answer are limited, and its type must be
// the asked one. Hosts of the installation's own network are named by a setting.
// Callers ask only about certificates whose chain to a trusted root is verified.
package revocation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	maxList   = 40 << 20 // bytes of a revocation list; those of large authorities have 20 MB
	maxAnswer = 64 << 10 // bytes of an OCSP answer
	listTime  = 40 * time.Second
	askTime   = 10 * time.Second
)

// Trouble is a question without an answer; it may be asked again.
type Trouble struct {
	Text string // Russian: what happened
	Err  error  // for the log
}

func (t *Trouble) Error() string { return fmt.Sprintf("revocation: %s (%v)", t.Text, t.Err) }
func (t *Trouble) Unwrap() error { return t.Err }

// Client asks authorities.
type Client struct {
	allowed []string // host:port that need not be public
	http    *http.Client
}

// New makes a client; allowed are the hosts, as host:port, that may stand on
// any address and port.
func New(allowed []string) *Client {
	c := &Client{allowed: allowed}
	c.http = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{Proxy: nil, DialContext: c.dial, DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: 16 << 10},
	}
	return c
}

// List fetches a revocation list.
func (c *Client) List(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	return c.fetch(ctx, http.MethodGet, address, "", nil, maxList, listTypes)
}

// Ask sends an OCSP request and returns the answer's bytes.
func (c *Client) Ask(ctx context.Context, address string, request []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	return c.fetch(ctx, http.MethodPost, address, "application/ocsp-request", request, maxAnswer, []string{"application/ocsp-response"})
}

// listTypes are what servers call a list: the registered type (RFC 2585), older
// ones, and "some bytes" of those that were never told.
var listTypes = []string{"application/pkix-crl", "application/x-pkcs7-crl", "application/x-x509-crl", "application/octet-stream", "binary/octet-stream"}

func (c *Client) fetch(ctx context.Context, method, address, kind string, body []byte, limit int64, types []string) ([]byte, error) {
	u, err := c.permitted(address)
	if err != nil {
		return nil, &Trouble{Text: "Адрес из сертификата не подходит: спрашивают только по http и только публичные узлы.", Err: err}
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, &Trouble{Text: "Адрес из сертификата не подходит.", Err: err}
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Accept", strings.Join(types, ", "))
	resp, err := c.http.Do(req)
	if err != nil {
		text := "УЦ не отвечает."
		if errors.Is(err, errPrivate) {
			text = "Адрес из сертификата ведёт во внутреннюю сеть: туда не обращаемся."
		}
		return nil, &Trouble{Text: text, Err: err}
	}
	defer resp.Body.Close()
	switch media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); {
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		return nil, &Trouble{Text: "УЦ перенаправляет на другой адрес: туда не идём.", Err: fmt.Errorf("status %d", resp.StatusCode)}
	case resp.StatusCode != http.StatusOK:
		return nil, &Trouble{Text: fmt.Sprintf("УЦ отвечает ошибкой %d.", resp.StatusCode), Err: fmt.Errorf("status %d", resp.StatusCode)}
	case err != nil || !slices.Contains(types, media):
		return nil, &Trouble{Text: "УЦ прислал не то, что спрашивали.", Err: fmt.Errorf("type %q", media)}
	case resp.ContentLength > limit:
		return nil, &Trouble{Text: "Ответ УЦ слишком велик.", Err: fmt.Errorf("%d bytes", resp.ContentLength)}
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, &Trouble{Text: "УЦ оборвал ответ.", Err: err}
	}
	if int64(len(answer)) > limit {
		return nil, &Trouble{Text: "Ответ УЦ слишком велик.", Err: fmt.Errorf("over %d bytes", limit)}
	}
	return answer, nil
}

// permitted reads the address by its text; where it leads is dial's business.
func (c *Client) permitted(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("not a URL") // the cause would quote the stranger
	}
	if u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return nil, errors.New("not a plain http URL")
	}
	if port := u.Port(); port != "" && port != "80" && !c.isAllowed(u.Host) {
		return nil, errors.New("a port other than 80")
	}
	u.Fragment = ""
	return u, nil
}

func (c *Client) isAllowed(hostport string) bool {
	return slices.ContainsFunc(c.allowed, func(a string) bool { return strings.EqualFold(a, hostport) })
}

var errPrivate = errors.New("not a public address")

// dial connects to a public address, or to any of an allowed host. The check is
// made on the very address that is connected to, so a name that changes its
// mind between two lookups gains nothing.
func (c *Client) dial(ctx context.Context, network, hostport string) (net.Conn, error) {
	d := net.Dialer{Timeout: 5 * time.Second}
	if !c.isAllowed(hostport) && !c.isAllowed(strings.TrimSuffix(hostport, ":80")) {
		d.Control = func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !public(to.Addr()) {
				return errPrivate
			}
			return nil
		}
	}
	return d.DialContext(ctx, network, hostport)
}

// notPublic are the special ranges that net/netip has no word for (IANA's
// special-purpose registries): shared, protocol, documentation, benchmark,
// future use, and the tunnels that lead back to IPv4.
var notPublic = func() (list []netip.Prefix) {
	for _, s := range []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10"} {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}()

func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.Zone() != "" {
		return false
	}
	return !slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(a) })
}
