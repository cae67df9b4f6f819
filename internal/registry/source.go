package registry

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"golang.org/x/text/encoding/charmap"
)

// dump is one file given to Import: an .xml, or a .zip of them.
type dump struct {
	path    string
	key     string // tells this dump from others, wherever it lies
	members []dumpMember
	odd     []error // what in the zip is passed over though it was meant to be read
	file    *os.File
}

// dumpMember is one XML file of a dump; name is "" when the dump is that file.
type dumpMember struct {
	name   string
	size   int64 // of the XML
	packed int64 // in the zip; 0 when bare
	open   func() (io.ReadCloser, error)
}

// name is the file's, without its folders.
func (d *dump) name() string { return filepath.Base(d.path) }

// openDump looks into a file; what it is shows its content, not its name.
func openDump(path string) (*dump, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.IsDir() || !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, fmt.Errorf("%s: is no file", filepath.Base(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	d := &dump{path: path, file: f}
	if err := d.look(); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return d, nil
}

func (d *dump) look() error {
	info, err := d.file.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	magic := make([]byte, 4)
	if _, err := d.file.ReadAt(magic, 0); err != nil && err != io.EOF {
		return err
	}
	if string(magic) == "PK\x03\x04" {
		// The end of a zip holds the checksums of all its files, so the ends are as
		// good as reading 40 GB of it.
		if d.key, err = digest(d.file, size, 1<<20); err != nil {
			return err
		}
		return d.lookInto(size)
	}
	d.members = []dumpMember{{size: size, open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(d.file, 0, size)), nil
	}}}
	d.key, err = digest(d.file, size, 32<<20)
	return err
}

// maxRatio of packing that is believed of more than a few MB; dumps shrink to an
// eighth, the worst of bombs to a thousandth.
const maxRatio = 300

// lookInto lists the files of a zip.
func (d *dump) lookInto(size int64) error {
	z, err := zip.NewReader(d.file, size)
	if err != nil {
		return fmt.Errorf("zip is cut off or damaged: %w", err)
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	seen := map[string]int{}
	for _, m := range z.File {
		name := zipName(m)
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s (%d)", name, seen[name])
		}
		kind, why := strings.ToLower(filepath.Ext(m.Name)), ""
		switch {
		case m.FileInfo().IsDir() || kind != ".xml" && kind != ".zip":
			continue
		case !m.Mode().IsRegular():
			why = "is no file but a link"
		case kind == ".zip":
			why = "is a zip inside the zip: unpack it first"
		case m.Flags&1 != 0:
			why = "is encrypted"
		case m.UncompressedSize64 > 16<<20 && m.UncompressedSize64/max(m.CompressedSize64, 1) > maxRatio:
			why = fmt.Sprintf("unpacks from %d KB to %d MB, as no file of a register does", m.CompressedSize64>>10, m.UncompressedSize64>>20)
		}
		if why != "" {
			d.odd = append(d.odd, fmt.Errorf("%s %s", name, why))
			continue
		}
		d.members = append(d.members, dumpMember{name: name, size: int64(m.UncompressedSize64), packed: int64(m.CompressedSize64), open: m.Open})
	}
	if len(d.members) == 0 {
		return errors.Join(append(d.odd, errors.New("no .xml file in the zip"))...)
	}
	return nil
}

// zipName is the name of a file in a zip. Those that do not say their encoding
// come from Windows, where archivers write code page 866.
func zipName(m *zip.File) string {
	name := m.Name
	if m.NonUTF8 || !utf8.ValidString(name) {
		if decoded, err := charmap.CodePage866.NewDecoder().String(name); err == nil {
			name = decoded
		}
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return '_'
		}
		return r
	}, name)
}

// digest is of the size and of both ends of the file, up to part bytes each.
func digest(f *os.File, size, part int64) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, size)
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, min(part, size))); err != nil {
		return "", err
	}
	if rest := min(part, size-part); rest > 0 {
		if _, err := io.Copy(h, io.NewSectionReader(f, size-rest, rest)); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (d *dump) close() { d.file.Close() }
