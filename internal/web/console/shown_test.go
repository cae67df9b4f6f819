package console

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"signdesk/internal/registry/printed"
	"signdesk/internal/web"
	"signdesk/views"
)

// watched are the views of every console that the tests have opened.
var watched struct {
	sync.Mutex
	list []*web.Views
}

func watch(v *web.Views) {
	watched.Lock()
	defer watched.Unlock()
	watched.list = append(watched.list, v)
}

// TestMain fails the package when a page was never shown in its tests: nothing
// else would tell that it does not even execute. It asks only when every test
// ran and passed.
func TestMain(m *testing.M) {
	printed.Child() // a PDF is read by a child of the test program
	code := m.Run()
	if code == 0 && everyTestRan() {
		for _, page := range neverShown() {
			fmt.Println("views/" + page + ".html was never shown in a test")
			code = 1
		}
	}
	os.Exit(code)
}

func everyTestRan() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.bench", "test.fuzz"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	watched.Lock()
	defer watched.Unlock()
	return !testing.Short() && len(watched.list) > 0 // none: no database here, every test was skipped
}

func neverShown() (pages []string) {
	_ = fs.WalkDir(views.FS, ".", func(name string, d fs.DirEntry, err error) error {
		page, isPage := strings.CutSuffix(name, ".html")
		part := strings.HasPrefix(name, "layout/") || strings.HasPrefix(name, "partials/") || strings.HasPrefix(d.Name(), "_")
		if err != nil || d.IsDir() || !isPage || part || strings.HasPrefix(name, "cabinet/") || strings.HasPrefix(name, "mail/") {
			return err
		}
		for _, v := range watched.list {
			if v.Shown(page) {
				return nil
			}
		}
		pages = append(pages, page)
		return nil
	})
	return pages
}
