/* The same patterns in Hyperscan or Vectorscan, for `cargo bench -p diagnoser --features build --bench scan -- others`, which
 * compiles this where the library is installed: hyperscan PATTERNS TEXT, patterns apart by NUL. Prints the seconds of building,
 * of the best of several scans, and how many patterns were taken and found. A pattern counts once, as in ours.
 */
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) { perror(path); exit(2); }
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  char *bytes = malloc(*size + 1);
  if (!bytes || fread(bytes, 1, *size, file) != *size) { perror(path); exit(2); }
  bytes[*size] = 0;
  fclose(file);
  return bytes;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *found) {
  (void)id, (void)from, (void)to, (void)flags;
  ++*(unsigned *)found;
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 3) { fprintf(stderr, "hyperscan PATTERNS TEXT\n"); return 2; }
  size_t size, length;
  char *all = read_file(argv[1], &size), *text = read_file(argv[2], &length);
  const unsigned FLAGS = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;
  const char **patterns = malloc((size + 1) * sizeof *patterns);
  unsigned *flags = malloc((size + 1) * sizeof *flags), *ids = malloc((size + 1) * sizeof *ids), taken = 0;
  if (!patterns || !flags || !ids) { perror("hyperscan"); return 2; }
  hs_compile_error_t *why = NULL;
  for (char *at = all; at < all + size; at += strlen(at) + 1) {
    hs_expr_info_t *info = NULL;
    if (hs_expression_info(at, FLAGS, &info, &why) == HS_SUCCESS) {
      patterns[taken] = at, flags[taken] = FLAGS, ids[taken] = taken;
      taken++;
      free(info);
    } else {
      hs_free_compile_error(why);
    }
  }
  hs_database_t *database = NULL;
  double begun = now();
  if (hs_compile_multi(patterns, flags, ids, taken, HS_MODE_BLOCK, NULL, &database, &why) != HS_SUCCESS) {
    fprintf(stderr, "%s\n", why->message);
    return 2;
  }
  double built = now() - begun, best = 1e9;
  hs_scratch_t *scratch = NULL;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) return 2;
  unsigned found = 0;
  for (double until = now() + 1; now() < until;) {
    found = 0;
    begun = now();
    if (hs_scan(database, text, (unsigned)length, 0, scratch, count, &found) != HS_SUCCESS) return 2;
    double time = now() - begun;
    if (time < best) best = time;
  }
  printf("%.6f %.6f %u %u\n", built, best, taken, found);
  return 0;
}
