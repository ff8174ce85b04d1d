package store

import (
	"fmt"
	"os"
)

// sniff refuses what bbolt would misread: folders, and empty or very short
// files, which it takes for new databases when it may write.
func sniff(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%w but a folder", ErrForeign)
	case info.Size() == 0:
		return fmt.Errorf("%w: it is empty", ErrForeign)
	}
	return nil
}
