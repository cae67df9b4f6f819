package web

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	html "github.com/gofiber/template/html/v2"
)

// Views is our fiber.Views: one html.Engine per page, made of the layouts, the
// partials, the "_*.html" files beside the page and the page itself, so that
// two pages may define the same block. Pages are parsed when first shown.
type Views struct {
	fsys  fs.FS
	funcs map[string]any
	mu    sync.Mutex
	pages map[string]*viewPage
	shown sync.Map // page or page#block -> struct{}; a test asks what was never shown
}

type viewPage struct {
	once   sync.Once
	engine *html.Engine
	err    error
}

// NewViews lists the pages of fsys. idle is after how many quiet minutes the
// screen locks; pages warn a little before.
func NewViews(fsys fs.FS, idle time.Duration) *Views {
	words := maps.Clone(funcs)
	words["idleMinutes"] = func() int { return int(idle.Minutes()) }
	v := &Views{fsys: fsys, funcs: words, pages: map[string]*viewPage{}}
	_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		if !shared(name) && !strings.HasPrefix(path.Base(name), "_") {
			v.pages[strings.TrimSuffix(name, ".html")] = &viewPage{}
		}
		return nil
	})
	return v
}

// shared files are part of every page.
func shared(name string) bool {
	return strings.HasPrefix(name, "layout/") || strings.HasPrefix(name, "partials/")
}

// Load is part of fiber.Views; pages are parsed one by one, on first use.
func (v *Views) Load() error { return nil }

// Pages lists the names Render takes.
func (v *Views) Pages() []string {
	names := make([]string, 0, len(v.pages))
	for name := range v.pages {
		names = append(names, name)
	}
	return names
}

// Shown reports whether the page, or a block of it, was ever rendered.
func (v *Views) Shown(name string) bool {
	_, ok := v.shown.Load(name)
	return ok
}

// Render writes the page called name ("console/org/show"), or one block of it
// ("console/org/show#results"): a {{define}}, or the "_results.html" beside the page.
func (v *Views) Render(w io.Writer, name string, data any, _ ...string) error {
	page, block, _ := strings.Cut(name, "#")
	engine, err := v.engine(page)
	if err != nil {
		return err
	}
	v.shown.Store(name, struct{}{})
	v.shown.Store(page, struct{}{})
	target := page
	if block != "" {
		target = block
		if engine.Templates.Lookup(block) == nil {
			target = path.Dir(page) + "/_" + block
		}
	}
	if err := engine.Templates.ExecuteTemplate(w, target, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	return nil
}

func (v *Views) engine(page string) (*html.Engine, error) {
	v.mu.Lock()
	p := v.pages[page]
	v.mu.Unlock()
	if p == nil {
		return nil, fmt.Errorf("no page %q in views", page)
	}
	p.once.Do(func() {
		e := html.NewFileSystem(http.FS(pageFS{v.fsys, page + ".html"}), ".html")
		e.AddFuncMap(v.funcs)
		if p.engine, p.err = e, e.Load(); p.err == nil {
			p.err = foldConstants(e.Templates)
		}
	})
	if p.err != nil {
		return nil, fmt.Errorf("parse page %s: %w", page, p.err)
	}
	return p.engine, nil
}

// pageFS shows one page's files of the tree and hides the others.
type pageFS struct {
	fs.FS
	page string
}

func (f pageFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if dir, ok := file.(fs.ReadDirFile); ok {
		return pageDir{dir, f, name}, nil
	}
	return file, nil
}

func (f pageFS) visible(name string, dir bool) bool {
	switch {
	case dir:
		return name == "layout" || name == "partials" || shared(name+"/") || strings.HasPrefix(f.page, name+"/")
	case shared(name) || name == f.page:
		return true
	default:
		return path.Dir(name) == path.Dir(f.page) && strings.HasPrefix(path.Base(name), "_")
	}
}

type pageDir struct {
	fs.ReadDirFile
	f    pageFS
	name string
}

func (d pageDir) ReadDir(n int) ([]fs.DirEntry, error) {
	all, err := d.ReadDirFile.ReadDir(n)
	var seen []fs.DirEntry
	for _, e := range all {
		if d.f.visible(path.Join(d.name, e.Name()), e.IsDir()) {
			seen = append(seen, e)
		}
	}
	return seen, err
}
