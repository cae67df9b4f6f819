package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	people     = 20
	typingTime = 12 * time.Second
	debounce   = 150 * time.Millisecond // views/console/search/show.html
)

// typing lets twenty people type into the search field for a while: a letter
// every 60 to 300 ms, a request when the hand rests longer than the page's
// debounce, which drops the one under way. A dropped answer counts as having
// taken until it was dropped.
func (n *country) typing(b *testing.B, classes []class) {
	b.Helper()
	address := serve(b, n.world, n.dsn, 16) // the connections of production
	var mu sync.Mutex
	var took []time.Duration
	dropped := 0
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: people}}
	defer client.CloseIdleConnections()
	ask := func(ctx context.Context, q string) {
		begun := time.Now()
		err := n.post(ctx, client, address, q)
		mu.Lock()
		defer mu.Unlock()
		took = append(took, time.Since(begun))
		switch {
		case errors.Is(err, context.Canceled):
			dropped++
		case err != nil:
			b.Error(err)
		}
	}
	ask(b.Context(), "прогрев")
	took = nil
	var wg sync.WaitGroup
	end := time.Now().Add(typingTime)
	for i := range people {
		r := rand.New(rand.NewPCG(searchSeed, uint64(i)))
		wg.Go(func() {
			drop := context.CancelFunc(func() {})
			for time.Now().Before(end) && !b.Failed() {
				c := classes[r.IntN(len(classes))]
				letters := []rune(c.typed[r.IntN(len(c.typed))])
				for k := range letters {
					rest := 60*time.Millisecond + time.Duration(r.IntN(240))*time.Millisecond
					if k+1 == len(letters) {
						rest = time.Second // reads the answer
					}
					if rest > debounce {
						time.Sleep(debounce)
						drop()
						var ctx context.Context
						ctx, drop = context.WithCancel(b.Context())
						wg.Go(func() { ask(ctx, string(letters[:k+1])) })
						rest -= debounce
					}
					time.Sleep(rest)
				}
			}
			drop()
		})
	}
	wg.Wait()
	fmt.Fprintf(os.Stderr, "%d people: %d answers in %v, %d dropped by the next letter\n", people, len(took), typingTime, dropped)
	for _, p := range []int{50, 99, 100} {
		b.Run(strings.Replace(fmt.Sprintf("http_p%d", p), "p100", "max", 1), func(b *testing.B) { figure(b, ms(at(took, p)), 0, "ms") })
	}
}

// post sends the field as the page does and reads the answer to its end.
func (n *country) post(ctx context.Context, client *http.Client, address, q string) error {
	body := strings.NewReader(url.Values{"q": {q}}.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/search", body)
	if err != nil {
		return err
	}
	for k, v := range map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Cookie": n.cookie, "X-CSRF-Token": "csrf", "HX-Request": "true"} {
		request.Header.Set(k, v)
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%q: %s", q, answer.Status)
	}
	return nil
}
