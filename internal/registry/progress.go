package registry

import "time"

// Progress is told while an import runs, a few times a second.
type Progress struct {
	Phase       string // Russian; "" while files are read
	File        string
	Done, Total int64         // bytes of XML over all files, or parts of another phase
	Left        time.Duration // of the phase; 0 when it cannot be told
	MBPerSecond float64       // of XML
	Rows        int64
	Rejected    int64
}

// progress of reading the files.
func (im *importer) progress(file string) Progress {
	read, passed := im.read.Load(), im.passed.Load()
	p := Progress{File: file, Done: read + passed, Total: im.total, Rows: im.report.Rows, Rejected: im.report.Rejected}
	took := time.Since(im.started)
	p.MBPerSecond = float64(read) / 1e6 / took.Seconds()
	if read > 0 {
		p.Left = time.Duration(float64(took) * float64(max(p.Total-p.Done, 0)) / float64(read))
	}
	return p
}

// tellIndex passes on how far the search tables are.
func (im *importer) tellIndex(ip IndexProgress) {
	if im.tell == nil {
		return
	}
	if im.phased.IsZero() {
		im.phased = time.Now()
	}
	const parts = 1000
	p := Progress{Phase: ip.Phase, Done: int64(parts * ip.Share), Total: parts, Rows: im.report.Rows, Rejected: im.report.Rejected}
	if ip.Share > 0.05 { // before that nothing can be told
		p.Left = time.Duration(float64(time.Since(im.phased)) * (1 - ip.Share) / ip.Share)
	}
	im.tell(p)
}
