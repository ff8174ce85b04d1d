//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package bare

import (
	"os"
	"path/filepath"
	"syscall"
)

// A folder has a file that its process has locked. The kernel lets go of a lock with the process, however that ends: a folder
// whose lock is free is what a killed one has left.

// lockName is that file. It has the name when it is locked, not before.
const lockName = "lock"

// hold locks a new folder. Where that cannot be done the folder has no such file, and nobody takes it for left.
func hold(dir string) *os.File {
	f, err := os.CreateTemp(dir, lockName)
	if err != nil {
		return nil
	}
	if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, lockName))
	}
	if err != nil {
		f.Close()
		return nil
	}
	return f
}

// sweep removes what others have left. What cannot be removed stays.
func sweep() {
	locks, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*", lockName))
	for _, lock := range locks {
		if !ours(filepath.Dir(lock)) {
			continue
		}
		f, err := os.Open(lock)
		if err != nil {
			continue
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			os.RemoveAll(filepath.Dir(lock))
		}
		f.Close()
	}
}

// ours tells whether it is a folder of this user that nobody else can write to, and so no trap: the temporary folder is everybody's.
func ours(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
		return false
	}
	of, ok := info.Sys().(*syscall.Stat_t)
	return ok && of.Uid == uint32(os.Geteuid())
}
