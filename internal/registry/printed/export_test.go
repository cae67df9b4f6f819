package printed

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"time"

	"signdesk/internal/gost/pdfsig"
	"signdesk/internal/registry"
)

// The parser is bounded by itself, so the limits of the child are tried with
// one that is not: in tests these words in place of a file make it misbehave.
func init() {
	childTime, childCPU = 4*time.Second, 1
	read = func(pdf []byte) (*Reading, error) {
		switch word, _, _ := bytes.Cut(pdf, []byte("!")); string(word) {
		case "loop":
			for n := 0; n >= 0; n /= 2 {
				runtime.KeepAlive(n)
			}
		case "sleep":
			time.Sleep(time.Hour)
		case "eat":
			var all [][]byte
			for {
				b := make([]byte, 16<<20)
				for i := range b {
					b[i] = 1
				}
				all = append(all, b)
				if len(all) > 1000 {
					fmt.Println(len(all))
				}
			}
		case "panic":
			panic("a bug of the parser")
		case "exit":
			os.Exit(0)
		case "chatter":
			line := bytes.Repeat([]byte("{"), 1<<20)
			for {
				if _, err := os.Stdout.Write(line); err != nil {
					os.Exit(1)
				}
			}
		}
		return Read(pdf)
	}
}

// ReadTexts reads a page of texts and rules as an extract's; the record is nil
// when it is none. For fuzzing the layout alone.
func ReadTexts(pages []*pdfsig.Page) (*registry.Record, error) {
	text, rows := newSheet(), &rows{}
	for _, page := range pages {
		g := arrange(page, rows.columns)
		text.add(g)
		rows.add(g)
	}
	text.kind()
	p := paper{head: text.heading(), sections: rows.sections()}
	p.old()
	return p.record()
}
