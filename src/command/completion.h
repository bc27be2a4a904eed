/*
 * Completion of decant's command line in bash and zsh, made from the table of
 * verbs and their option tables.
 */
#ifndef DECANT_COMPLETION_H
#define DECANT_COMPLETION_H

struct buf;

/* A file for bash-completion's completions/, and one for zsh's fpath. */
void	 completion_bash(struct buf *);
void	 completion_zsh(struct buf *);

#endif
