package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// owner is the user the server runs as and the data belong to.
type owner struct{ uid, gid int }

// self reports whether the server runs as the user of this process.
func (o owner) self() bool { return o.uid == os.Geteuid() }

// attr makes a child process run as the owner.
func (o owner) attr() *syscall.SysProcAttr {
	if o.self() {
		return &syscall.SysProcAttr{}
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}}
}

// take gives the file or folder to the owner.
func (o owner) take(path string) error {
	if o.self() {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}

// owns reports whether path is a folder of the owner's that others cannot enter.
func (o owner) owns(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o077 != 0 {
		return false
	}
	return int(info.Sys().(*syscall.Stat_t).Uid) == o.uid
}

// reaches reports whether the owner may enter the folder. The kernel is asked,
// not the mode bits: it also knows ACLs, mount options and security modules.
func (o owner) reaches(dir string) bool {
	cmd := exec.Command("/bin/true")
	cmd.Dir, cmd.SysProcAttr = dir, o.attr()
	return cmd.Run() == nil
}

// dataFolder says where the data of the cluster in dir are, or shall be, and
// whose they are. That is dir/pg; when root's unprivileged user cannot enter
// dir (a clone in /root), it is the folder away, and dir/pg is a link to it.
func dataFolder(dir, away string) (string, owner, error) {
	data := filepath.Join(dir, "pg")
	info, err := os.Lstat(data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		who, err := newOwner()
		if err != nil || who.reaches(dir) {
			return data, who, err
		}
		return away, who, os.Symlink(away, data)
	case err != nil:
		return "", owner{}, err
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(data)
		if err != nil {
			return "", owner{}, err
		}
		if target != away {
			return "", owner{}, fmt.Errorf("%s leads to %s, the data of another folder; after moving the folder: mv %[2]s %s && ln -sfn %[3]s %[1]s", data, target, away)
		}
		if info, err = os.Stat(away); errors.Is(err, fs.ErrNotExist) {
			who, err := newOwner()
			return away, who, err
		} else if err != nil {
			return "", owner{}, err
		}
		data = away
	}
	// The data exist: root continues with whoever they belong to.
	stat := info.Sys().(*syscall.Stat_t)
	who := owner{int(stat.Uid), int(stat.Gid)}
	switch {
	case who.uid == 0:
		return "", owner{}, fmt.Errorf("%s belongs to root, PostgreSQL does not run as root", data)
	case !who.self() && os.Geteuid() != 0:
		return "", owner{}, fmt.Errorf("%s belongs to user %d: start as that user or as root", data, who.uid)
	case !who.reaches(filepath.Dir(data)):
		return "", owner{}, fmt.Errorf("user %d, to whom %s belongs, can no longer enter %s", who.uid, data, filepath.Dir(data))
	}
	return data, who, nil
}

// newOwner chooses the user for new data: the caller, and for root the user
// that the distribution's package made for it. nobody is the last resort: the
// user must have a name, initdb asks for it.
func newOwner() (owner, error) {
	if uid := os.Geteuid(); uid != 0 {
		return owner{uid, os.Getegid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err := errors.Join(err1, err2); err != nil {
			return owner{}, err
		}
		return owner{uid, gid}, nil
	}
	return owner{}, errors.New("neither user postgres nor nobody exists, and PostgreSQL does not run as root")
}
