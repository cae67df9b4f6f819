// Package pkcs11 makes tokens of the desk's computer that stand behind PKCS#11
// modules (Рутокен, JaCarta, ESMART, SoftHSM) into carriers of the agent.
//
// Which modules are loaded is said by the agent's own file pkcs11.json and by
// nothing else: a module is somebody's code inside the agent. What is plugged
// in is asked anew at each look, so that a token may come and go, and a token
// is known by its serial number, because slots are renumbered. Whatever a
// token signs is verified before anybody gets it.
//
// Talking to modules needs cgo and the build tag pkcs11; a build without them
// has soft tokens only and refuses a file that names modules.
package pkcs11

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ConfigFile is the name of the file in the agent's folder:
//
//	{"modules": ["/usr/lib/librtpkcs11ecp.so", "/usr/lib/libjcPKCS11-2.so"]}
const ConfigFile = "pkcs11.json"

// Modules reads the file in the folder: absolute paths of modules, none when
// there is no file.
func Modules(dir string) ([]string, error) {
	raw, err := os.ReadFile(filepath.Join(dir, ConfigFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var config struct {
		Modules []string `json:"modules"`
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&config); err != nil {
		return nil, fmt.Errorf("%s: %w", ConfigFile, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: something stands after the settings", ConfigFile)
	}
	seen := map[string]bool{}
	for _, path := range config.Modules {
		if !filepath.IsAbs(path) || seen[path] {
			return nil, fmt.Errorf("%s: %q: each module once, by its absolute path", ConfigFile, path)
		}
		seen[path] = true
	}
	return config.Modules, nil
}
