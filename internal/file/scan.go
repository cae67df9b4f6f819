package file

import "bytes"

// scans are told by their first bytes, whatever the name says.
var scans = []struct{ mime, start string }{
	{"application/pdf", "%PDF-"}, {"image/png", "\x89PNG\r\n\x1a\n"}, {"image/jpeg", "\xff\xd8\xff"},
	{"image/gif", "GIF87a"}, {"image/gif", "GIF89a"}, {"image/tiff", "II*\x00"}, {"image/tiff", "MM\x00*"},
}

// ScanType is the media type of a scan (JPEG, PNG, PDF, TIFF, GIF); "" when the
// content is none.
func ScanType(content []byte) string {
	for _, k := range scans {
		if bytes.HasPrefix(content, []byte(k.start)) {
			return k.mime
		}
	}
	return ""
}
