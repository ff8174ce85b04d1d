package store

import (
	"fmt"
	"io/fs"
	"os"
)

// sniff refuses what bbolt would misread: folders, what is no file, and empty or very short
// files, which it takes for new databases when it may write.
func sniff(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%w but a folder", ErrForeign)
	case info.Mode().Type()&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0: // opening a pipe waits for who writes it
		return fmt.Errorf("%w but a pipe, a socket or a device; write what it gives to a file first", ErrForeign)
	case info.Size() == 0:
		return fmt.Errorf("%w: it is empty", ErrForeign)
	}
	return nil
}
