package live

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
)

// Suffix is what a recording's path has more to be that of its socket.
const Suffix = ".sock"

// maxAddress is the longest address of a socket, in bytes: sun_path has 104 of them on BSD and
// macOS (108 on Linux), and the last is NUL.
const maxAddress = 103

// oPath is O_PATH of Linux, which package syscall does not have: a file that is named, not opened.
const oPath = 0x200000

var errTooLong = fmt.Errorf("its path is longer than the %d bytes that the address of a socket may have", maxAddress)

// socketPath is where the socket of a recording is. Links are followed, so that each name of
// a recording leads to the same one.
func socketPath(recording string) (string, error) {
	path, err := filepath.EvalSymlinks(recording)
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	return path + Suffix, nil
}

// bind listens at path, with mode 0600 from the moment the socket has that name. A socket that is
// there is replaced: the caller holds the lock of the recording, so that its owner is gone.
func bind(path string) (_ net.Listener, err error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, fmt.Errorf("%s is there, and is not a socket", path)
	}
	private, err := os.MkdirTemp(filepath.Dir(path), ".live-") // its mode is 0700
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(private)) }()
	socket := filepath.Join(private, "s")
	ln, err := listen(socket)
	if err != nil {
		return nil, err
	}
	ln.SetUnlinkOnClose(false) // it would unlink a name that is another's by then
	if err := errors.Join(os.Chmod(socket, 0o600), os.Rename(socket, path)); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	return ln, nil
}

func listen(path string) (*net.UnixListener, error) {
	address := path
	if len(path) > maxAddress {
		if runtime.GOOS != "linux" {
			return nil, errTooLong
		}
		dir, err := os.Open(filepath.Dir(path))
		if err != nil {
			return nil, err
		}
		defer dir.Close()
		address = fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path))
	}
	return net.ListenUnix("unix", &net.UnixAddr{Name: address})
}

func dial(ctx context.Context, path string) (net.Conn, error) {
	address := path
	if len(path) > maxAddress {
		if runtime.GOOS != "linux" {
			return nil, errTooLong
		}
		socket, err := os.OpenFile(path, oPath, 0)
		if err != nil {
			return nil, err
		}
		defer socket.Close()
		address = fmt.Sprintf("/proc/self/fd/%d", socket.Fd())
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", address)
}

// ownOnly refuses what a recorder does not make: somebody else might answer there. A socket of
// mode 0600 lets in its owner only, so that who gets in is the owner.
func ownOnly(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is not a recorder's socket: that has mode 0600", path)
	}
	return nil
}
