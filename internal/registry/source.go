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

	"github.com/klauspost/compress/flate"
)

// dump is one file given to Import: an .xml, or a .zip of them.
type dump struct {
	path    string
	key     string // tells this dump from others, wherever it lies
	members []dumpMember
	file    *os.File
}

// dumpMember is one XML file of a dump; name is "" when the dump is that file.
type dumpMember struct {
	name   string
	size   int64 // of the XML
	packed int64 // in the zip; 0 when bare
	open   func() (io.ReadCloser, error)
}

// openDump looks into a file; what it is shows its content, not its name.
func openDump(path string) (*dump, error) {
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
	if info.IsDir() {
		return errors.New("is a folder")
	}
	if d.key, err = digest(d.file, info.Size()); err != nil {
		return err
	}
	magic := make([]byte, 4)
	if _, err := d.file.ReadAt(magic, 0); err != nil && err != io.EOF {
		return err
	}
	if string(magic) != "PK\x03\x04" {
		size := info.Size()
		d.members = []dumpMember{{size: size, open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.NewSectionReader(d.file, 0, size)), nil
		}}}
		return nil
	}
	z, err := zip.NewReader(d.file, info.Size())
	if err != nil {
		return err
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	for _, m := range z.File {
		if strings.EqualFold(filepath.Ext(m.Name), ".xml") {
			d.members = append(d.members, dumpMember{name: m.Name, size: int64(m.UncompressedSize64), packed: int64(m.CompressedSize64), open: m.Open})
		}
	}
	if len(d.members) == 0 {
		return errors.New("no .xml file in the zip")
	}
	return nil
}

// digest is of the size and of the first and last MB: the end of a zip holds
// the checksums of all its files, so it is as good as reading 40 GB of it.
func digest(f *os.File, size int64) (string, error) {
	const part = 1 << 20
	h := sha256.New()
	fmt.Fprintln(h, size)
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, min(part, size))); err != nil {
		return "", err
	}
	if _, err := io.Copy(h, io.NewSectionReader(f, max(0, size-part), part)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (d *dump) close() { d.file.Close() }
