package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// oldest is the oldest PostgreSQL whose SQL the migrations may use.
const oldest = 14

// binaries is one installed PostgreSQL.
type binaries struct {
	major int
	bin   string // folder of postgres and initdb
	libs  string // folder of extracted libraries, or ""
}

// command prepares a program of this PostgreSQL to run as the owner with
// English messages and nothing else of the caller's environment.
func (b binaries) command(who owner, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(b.bin, name), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"LC_ALL=C", "PATH=/usr/bin:/bin"}
	if b.libs != "" {
		cmd.Env = append(cmd.Env, "LD_LIBRARY_PATH="+b.libs)
	}
	cmd.SysProcAttr = who.attr()
	return cmd
}

// ErrNotInstalled means that no PostgreSQL that would do was found.
var ErrNotInstalled = errors.New("PostgreSQL is not installed")

// findBinaries chooses among the PostgreSQL on the PATH, the distribution's
// ones and those extracted into dir/pkg by a user who could not install: the
// newest one, or when data exist the one of their major version.
func findBinaries(dir string, dataMajor int) (binaries, error) {
	var found []binaries
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			found = append(found, binaries{bin: filepath.Dir(path)})
		}
	}
	const debian = "usr/lib/postgresql/*/bin"
	for _, bin := range glob("/" + debian) {
		found = append(found, binaries{bin: bin})
	}
	extracted := filepath.Join(dir, "pkg")
	for _, bin := range glob(filepath.Join(extracted, debian)) {
		var libs string
		for _, dir := range glob(filepath.Join(extracted, "usr/lib/*-linux-gnu*")) {
			libs = dir
		}
		found = append(found, binaries{bin: bin, libs: libs})
	}
	var best binaries
	for _, b := range found {
		b.major = b.version()
		if _, err := os.Stat(filepath.Join(b.bin, "initdb")); err != nil || b.major < oldest {
			continue
		}
		if dataMajor == 0 && b.major > best.major || dataMajor != 0 && b.major == dataMajor && best.major == 0 {
			best = b
		}
	}
	if best.major == 0 && dataMajor != 0 {
		return best, fmt.Errorf("%w in version %d, which the data were made by", ErrNotInstalled, dataMajor)
	}
	if best.major == 0 {
		return best, fmt.Errorf("%w in version %d or newer", ErrNotInstalled, oldest)
	}
	return best, nil
}

// Installed returns ErrNotInstalled when Start could not find the programs
// for a new cluster in dir.
func Installed(dir string) error {
	_, err := findBinaries(dir, 0)
	return err
}

var versionLine = regexp.MustCompile(`PostgreSQL\) (\d+)`)

// version asks the server program for its major version; 0 when it does not
// answer.
func (b binaries) version() int {
	out, err := b.command(owner{uid: os.Geteuid()}, "postgres", "--version").Output()
	m := versionLine.FindSubmatch(out)
	if err != nil || m == nil {
		return 0
	}
	major, _ := strconv.Atoi(string(m[1]))
	return major
}

func glob(pattern string) []string {
	paths, _ := filepath.Glob(pattern) // the only error is a malformed pattern
	return paths
}
