/** Takes SQL statements out of `.test` files of MySQL's and MariaDB's own suites, which mix them with commands of their runner. */

const COMMANDS = new Set(
  `append_file assert cat_file change_user character_set chmod connect connection copy_file copy_files_wildcard dec diff_files
  dirty_close disable_abort_on_error disable_async_client disable_connect_log disable_info disable_metadata disable_parsing
  disable_ps2_protocol disable_ps_protocol disable_query_log disable_reconnect disable_result_log disable_rpl_parse
  disable_session_track_info disable_sp_protocol disable_testcase disable_view_protocol disable_warnings disconnect die echo
  enable_abort_on_error enable_async_client enable_connect_log enable_info enable_metadata enable_parsing enable_ps2_protocol
  enable_ps_protocol enable_query_log enable_reconnect enable_result_log enable_rpl_parse enable_session_track_info
  enable_sp_protocol enable_testcase enable_view_protocol enable_warnings end end_timer error exec exec_in_background execw
  exit expr file_exists force-cpdir force-rmdir horizontal_results if inc let list_files list_files_append_file
  list_files_write_file lowercase_result mkdir move_file optimizer_trace output partially_sorted_result perl ping
  query_attributes query_get_value query_horizontal query_vertical real_sleep reap remove_file remove_files_wildcard
  replace_column replace_numeric_round replace_regex replace_result require reset_connection result_format rmdir
  save_master_pos send_quit send_shutdown shutdown_server skip skip_if_hypergraph sleep sorted_result source start_timer
  sync_slave_with_master sync_with_master vertical_results wait_for_slave_to_stop while write_file`.split(/\s+/),
);
const BLOCKS = new Set(['perl', 'write_file', 'append_file']);
/** Words in front of a statement that the runner sends. */
const PREFIX = /^(?:send|query|send_eval|eval)\s+(?!\()/i;

/** Every statement without variables of the runner, in order. */
export function statementsOfTest(text: string): readonly string[] {
  const found: string[] = [];
  let delimiter = ';';
  let at = 0;
  const lineEnd = (from: number): number => {
    const end = text.indexOf('\n', from);
    return end < 0 ? text.length : end + 1;
  };
  /** Behind a block that ends with a line of its own. */
  const blockEnd = (from: number, marker: string): number => {
    const end = text.indexOf(`\n${marker}`, from - 1);
    return end < 0 ? text.length : lineEnd(end + 1);
  };
  while (at < text.length) {
    const blank = /[\s}]+/y;
    blank.lastIndex = at;
    if (blank.test(text)) {
      at = blank.lastIndex;
      continue;
    }
    if (text[at] === '#') {
      at = lineEnd(at);
      continue;
    }
    if (text.startsWith('--', at)) {
      const end = lineEnd(at);
      const line = text.slice(at + 2, end).trim();
      const [word = '', ...rest] = line.split(/\s+/);
      at = end;
      if (word.toLowerCase() === 'delimiter') delimiter = rest[0] ?? delimiter;
      if (BLOCKS.has(word.toLowerCase())) at = blockEnd(end, markerOf(word, rest));
      continue;
    }
    const word = (/^[\w-]+/.exec(text.slice(at, at + 40))?.[0] ?? '').toLowerCase();
    if (word === 'if' || word === 'while') {
      const brace = text.indexOf('{', at);
      at = brace < 0 ? text.length : brace + 1;
      continue;
    }
    const end = statementEnd(text, at, delimiter);
    const statement = text.slice(at, end).trim();
    at = end + delimiter.length;
    if (word === 'delimiter') delimiter = statement.slice('delimiter'.length).trim() || delimiter;
    else if (BLOCKS.has(word)) at = blockEnd(at, markerOf(word, statement.split(/\s+/).slice(1)));
    else if (!COMMANDS.has(word)) {
      const plain = statement.replace(PREFIX, '');
      if (!(plain !== statement && plain.includes('$'))) found.push(plain);
    }
  }
  return found;
}

function markerOf(word: string, rest: readonly string[]): string {
  const own = rest[word.toLowerCase() === 'perl' ? 0 : 1];
  return own === undefined || own === '' ? 'EOF' : own;
}

/** Outside of quotes, as the runner looks for it. */
function statementEnd(text: string, from: number, delimiter: string): number {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === '\\' && quote !== '`') at += 1;
      else if (char === quote) quote = '';
    } else if (text.startsWith(delimiter, at)) return at;
    else if (char === "'" || char === '"' || char === '`') quote = char;
    else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at);
      if (end > 0) at = end + 1;
    } else if ((char === '#' || text.startsWith('-- ', at)) && text.charAt(at - 1) === '\n') {
      const end = text.indexOf('\n', at);
      if (end > 0) at = end;
    }
  }
  return text.length;
}
