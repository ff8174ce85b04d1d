package replay

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"runnertape/contents"
)

// archive is one of two that are compared.
type archive struct {
	open   contents.Open
	size   int64
	format string // as its upload said
}

// maxFiles bounds the files of an archive that is compared, maxAlike those of one name, maxFileNames those that are told.
const (
	maxAlike     = 100
	maxFiles     = 100_000
	maxFileNames = 20
)

// errTooManyFiles is of an archive with more of them.
var errTooManyFiles = errors.New("it has more files than are compared")

// each gives the files of the archive: of a zip or a gzip as it lists them, of a tar.zst, which has no checksums, by unpacking it.
func (a archive) each(f func(name, what string)) error {
	n := 0
	take := func(name string, bytes int64, sum string) {
		if n++; n <= maxFiles {
			f(name, fmt.Sprint(bytes, " ", sum))
		}
	}
	var faults []string
	format, err := contents.Sniff(a.open)
	if err == nil && format == contents.TarZst {
		faults, err = contents.EachFile(a.open, a.size, func(name string, r io.Reader) error {
			sum := crc32.NewIEEE()
			bytes, err := io.Copy(sum, r)
			take(name, bytes, fmt.Sprintf("%08x", sum.Sum32()))
			return err
		})
	} else if err == nil {
		var list *contents.Archive
		if list, err = contents.EachEntry(a.open, a.size, a.format, func(e contents.Entry) { take(e.Name, e.Bytes, e.CRC32) }); err == nil {
			faults = list.Faults
		}
	}
	switch {
	case err != nil:
		return err
	case len(faults) > 0:
		return errors.New(faults[0])
	case n > maxFiles:
		return errTooManyFiles
	}
	return nil
}

// fileKey stands for the n-th file of a name.
type fileKey [16]byte

func keyOf(name string, n int) (k fileKey) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", n, name))
	copy(k[:], sum[:])
	return k
}

// compareFiles compares two archives whose bytes differ by the files in them.
func compareFiles(c *Comparison, then, now archive) error {
	if then.format == contents.Raw || now.format == contents.Raw {
		c.Result = Other
		return nil
	}
	type file struct {
		what fileKey // size and checksum
		seen bool
	}
	files := map[fileKey]*file{}
	err := then.each(func(name, what string) {
		n := 0
		for n < maxAlike && files[keyOf(name, n)] != nil {
			n++
		}
		files[keyOf(name, n)] = &file{what: keyOf(what, 0)}
	})
	if err != nil {
		c.Result, c.Reason = Other, "the recorded one: "+err.Error()
		return nil
	}
	tell := func(count *int64, sign, name string) {
		if *count++; len(c.Files) < maxFileNames {
			c.Files = append(c.Files, sign+name)
		}
	}
	err = now.each(func(name, what string) {
		n := 0
		f := files[keyOf(name, n)]
		for n < maxAlike && f != nil && f.seen {
			n++
			f = files[keyOf(name, n)]
		}
		switch {
		case f == nil:
			tell(&c.Added, "+", name)
		case f.what != keyOf(what, 0):
			tell(&c.Changed, "~", name)
		}
		if f != nil {
			f.seen = true
		}
	})
	if err != nil {
		*c = Comparison{Exchange: c.Exchange, Bytes: c.Bytes, Result: Other, Reason: "the one of now: " + err.Error()}
		return nil
	}
	if err := then.each(func(name, _ string) { // once more, for the names of those that are gone
		n := 0
		for f := files[keyOf(name, n)]; n < maxAlike && f != nil; f = files[keyOf(name, n)] {
			if !f.seen {
				f.seen = true
				tell(&c.Removed, "-", name)
				return
			}
			n++
		}
	}); err != nil {
		return err
	}
	if c.Result = SameFiles; c.Added+c.Removed+c.Changed > 0 {
		c.Result = OtherFiles
	}
	return nil
}
